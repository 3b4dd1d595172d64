"""Every notebook of examples/ runs from top to bottom."""

from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import expect

from .lab import Lab

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOKS = sorted(
    str(file.relative_to(EXAMPLES))
    for file in EXAMPLES.rglob("*.ipynb")
    if ".ipynb_checkpoints" not in file.parts
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copytree(EXAMPLES, tmp_path_factory.mktemp("examples") / "examples")


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_an_example_runs_without_an_error(path: str, lab: Lab) -> None:
    lab.open(path)
    lab.menu("Run", "Run All Cells")
    lab.is_done(lab.panel.locator(".jp-CodeCell").last)
    expect(lab.panel.locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
    expect(lab.panel.locator("[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)
    code = [cell for cell in lab.cells() if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    lab.tidy()

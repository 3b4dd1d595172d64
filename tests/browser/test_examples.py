"""Every notebook of examples/ runs from top to bottom."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from playwright.sync_api import expect

from .lab import HAS_RUN, Lab

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOKS = sorted(
    str(file.relative_to(EXAMPLES))
    for file in EXAMPLES.rglob("*.ipynb")
    if ".ipynb_checkpoints" not in file.parts
)

# JupyterLab shows tracebacks as it shows what is written to stderr.
TROUBLE = "[data-mime-type='application/vnd.jupyter.stderr']"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copytree(EXAMPLES, tmp_path_factory.mktemp("examples") / "examples")


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_an_example_runs_without_an_error(path: str, lab: Lab) -> None:
    lab.open(path)
    lab.menu("Run", "Run All Cells")
    last = lab.panel.locator(".jp-CodeCell").last.locator(".jp-InputPrompt")
    trouble = lab.panel.locator(TROUBLE)
    expect(last.filter(has_text=HAS_RUN).or_(trouble).first).to_be_attached()
    code = [cell for cell in lab.cells() if cell["cell_type"] == "code"]
    assert complaints(code) == []
    assert all(cell["execution_count"] for cell in code)
    lab.tidy()


def test_what_the_page_has_asked_is_a_table_when_the_notebook_is_trusted(lab: Lab) -> None:
    lab.open("under-the-hood/2-the-rest-api.ipynb")
    lab.run_all()
    lab.panel.locator(".wasmnb-Trust button").click()
    lab.answer("Trust")
    table = lab.panel.locator(".jp-RenderedJavaScript table")
    expect(
        table.get_by_text("/api/contents/under-the-hood/2-the-rest-api.ipynb").first
    ).to_be_visible()
    lab.tidy()


def complaints(code: list[dict[str, Any]]) -> list[str]:
    """The errors of cells, and what they have written to stderr."""
    outputs = [output for cell in code for output in cell["outputs"]]
    errors = [f"{output['ename']}: {output['evalue']}" for output in outputs if "ename" in output]
    return errors + [output["text"] for output in outputs if output.get("name") == "stderr"]

"""Kernels are compared by a notebook that both run: in a panel, and on the command line."""

import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from wasmnb.cli.main import main
from wasmnb.compare.run import report

from ..jupyter import Stock
from .lab import Lab, write

CELLS = ("print('the same')", "import sys\nsys.platform", "1 / 0", "'not reached'")
DIFFERENT = "The output of 1 of 3 cells differs: 2."


@pytest.fixture(scope="module")
def options(stock: Stock) -> list[str]:
    return ["--no-trash", *stock.options]


def test_a_panel_shows_what_two_kernels_take_and_where_they_differ(
    lab: Lab, folder: Path, stock: Stock
) -> None:
    write(folder / "compared.ipynb", *CELLS)
    lab.open("compared.ipynb")
    lab.menu("View", "Compare Kernels")
    panel = lab.page.locator(".wasmnb-Compare")
    panel.get_by_label("Second kernel").select_option(label=stock.kernel)
    panel.get_by_label("Rounds").fill("1")
    panel.get_by_role("button", name="Run").click()
    expect(panel.get_by_text(DIFFERENT)).to_be_visible()
    expect(panel.locator("figure svg")).to_have_count(3)
    expect(panel.locator(".wasmnb-mod-removed", has_text="'emscripten'")).to_be_visible()
    expect(panel.locator(".wasmnb-mod-added", has_text=f"'{sys.platform}'")).to_be_visible()
    expect(lab.panel.locator(".jp-OutputArea-output")).to_have_count(0)  # it stays as it is
    with lab.page.expect_download() as saved:
        panel.get_by_role("button", name="Save figures").click()
    figures = json.loads(saved.value.path().read_text())
    assert [len(run["cells"]) for run in figures["runs"]] == [3, 3]
    panel.get_by_label("What to run").select_option("the selected cell, after all cells above")
    panel.get_by_label("Times").fill("2")
    panel.get_by_role("button", name="Run").click()
    expect(panel.get_by_text("The output of the cell is the same.")).to_be_visible()
    lab.tidy()


def test_the_command_line_writes_a_report_and_says_what_differs(
    tmp_path: Path, browser: Browser
) -> None:
    write(tmp_path / "compared.ipynb", *CELLS)
    command = [sys.executable, "-m", "wasmnb", "compare", "--native", "--rounds", "1"]
    done = subprocess.run(  # noqa: S603
        [*command, "compared.ipynb"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "compared.ipynb: outputs differ in cell 2." in done.stdout
    (figures,) = json.loads((tmp_path / "comparison.json").read_text())
    assert [kernel["name"] for kernel in figures["kernels"]] == [
        "python-wasm",
        "python3",
        "wasmnb-native",
    ]
    page = browser.new_page()
    page.goto((tmp_path / "comparison.html").as_uri())
    expect(page.get_by_text(DIFFERENT)).to_be_visible()
    expect(page.locator("figure svg")).to_have_count(3)
    page.close()


@pytest.mark.parametrize(
    ("different", "allow_different", "code"),
    [([[], []], False, 0), ([[], [2, 3]], False, 1), ([[], [2, 3]], True, 0)],
)
def test_the_exit_code_tells_of_a_difference_that_is_not_allowed(
    different: list[list[int]],
    allow_different: bool,
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = {"page": "<p>the report</p>", "comparisons": [], "different": different}
    options = Namespace(output=tmp_path / "out.html", allow_different=allow_different)
    assert report(answer, ["a.ipynb", "b.ipynb"], options) == code
    said = "b.ipynb: outputs differ in cell 2, 3." if any(different) else "All outputs are"
    assert said in capsys.readouterr().out
    assert options.output.read_text() == answer["page"]


def test_what_is_no_notebook_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is not a notebook"):
        main(["compare", str(tmp_path / "none.ipynb")])

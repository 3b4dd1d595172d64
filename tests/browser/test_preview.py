"""A notebook's cells, which are there before JupyterLab's notebook."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ..serving import serving
from .lab import HAS_RUN, Hold, write

INTERFACE = re.compile(r"/static/hydrate\.[^/]*js")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    write(folder / "numbers.ipynb", "a = 6", "a *", "'<b>bold</b>'")
    return folder


@pytest.fixture(scope="module")
def address(person: BrowserContext, folder: Path) -> Iterator[str]:
    """Of a notebook, on a server that has let the person in."""
    with serving(folder) as address:
        person.request.get(address)
        yield f"{address.partition('/lab')[0]}/notebooks/numbers.ipynb"


def test_what_is_written_before_the_interface_is_there_is_gone_on_with_and_run_in_it(
    address: str, tab: Page
) -> None:
    interface = Hold(tab, INTERFACE)
    tab.goto(address)
    cells = tab.locator("main .code-cell")
    expect(cells.nth(2)).to_contain_text("'<b>bold</b>'")
    cells.nth(0).locator("pre").click()
    tab.keyboard.press("Shift+Enter")
    cells.nth(1).locator("pre").click()
    tab.keyboard.press("End")
    tab.keyboard.type(" 7")
    expect(cells.nth(1).get_by_role("textbox")).to_have_value("a * 7")
    interface.let_go()
    cell = tab.locator(".jp-CodeCell").nth(1)
    expect(cell.locator(".cm-content")).to_be_focused()
    tab.keyboard.type("0")
    expect(cell.locator(".cm-content")).to_have_text("a * 70")
    tab.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-OutputArea-output")).to_have_text("420")
    expect(tab.locator(".jp-CodeCell .jp-InputPrompt").first).to_have_text(HAS_RUN)
    expect(cells).to_have_count(0)


# Frame by frame, what is where a cell was first seen, if it is neither cell nor notebook.
COVERED = """(() => {
    const covered = window.covered = [];
    let place;
    const look = () => {
        const cell = document.querySelector(".code-cell pre");
        place ??= cell?.getBoundingClientRect();
        const seen = place && document.elementFromPoint(place.left + 1, place.top + 1);
        if (place && !seen?.closest(".cell, .jp-NotebookPanel")) covered.push(seen?.outerHTML);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""


def test_nothing_covers_the_cells_until_the_interface_is_there(address: str, tab: Page) -> None:
    tab.add_init_script(COVERED)
    tab.goto(address)
    expect(tab.locator(".jp-CodeCell .cm-content").first).to_be_visible()
    assert tab.evaluate("covered") == []


def test_what_is_run_before_the_interface_is_there_is_shown_and_runs_once(
    address: str, folder: Path, tab: Page
) -> None:
    slow = "import time\nfor n in range(3):\n    print(n, flush=True)\n    time.sleep(1)\nn"
    write(folder / "counting.ipynb", "n = globals().get('n', 6) + 1\nn", "1 / 0", slow)
    interface, python = Hold(tab, INTERFACE), Hold(tab, re.compile(r"/pyodide/pyodide\.asm\."))
    tab.goto(address.replace("numbers", "counting"))
    cells = tab.locator("main .code-cell")
    for cell in cells.all():
        cell.locator("pre").first.click()
        tab.keyboard.press("Control+Enter")
    python.let_go()
    expect(cells.nth(0).locator(".output")).to_have_text("7")
    expect(cells.nth(0).locator(".prompt")).to_have_text("[1]:")
    expect(cells.nth(1).locator(".output")).to_contain_text("ZeroDivisionError: division by zero")
    # It was not run, after a failure; and it is being written in.
    expect(cells.nth(2).locator(".prompt")).to_have_text("[ ]:")
    tab.keyboard.press("Control+Enter")
    expect(cells.nth(2).locator(".output")).to_contain_text("0\n")
    interface.let_go()
    cell = tab.locator(".jp-CodeCell")
    outputs = cell.locator(".jp-OutputArea-output")
    expect(outputs).to_have_text(["7", re.compile("ZeroDivisionError"), "0\n1\n2\n", "2"])
    expect(cell.locator(".jp-InputPrompt")).to_have_text(["[1]:", "[2]:", re.compile(r"\[[34]\]:")])
    cell.nth(0).locator(".cm-content").click()
    tab.keyboard.press("Control+Enter")
    expect(outputs.first).to_have_text("3")


def test_a_widget_that_is_made_before_the_interface_is_there_works_in_it(
    address: str, folder: Path, tab: Page
) -> None:
    cells = (
        "import ipywidgets",
        "slider, out = ipywidgets.IntSlider(7), ipywidgets.Output()",
        "with out: print('inside')",
        "ipywidgets.VBox([slider, out])",
    )
    write(folder / "slider.ipynb", "\n".join(cells))
    interface = Hold(tab, INTERFACE)
    tab.goto(address.replace("numbers", "slider"))
    cell = tab.locator("main .code-cell")
    cell.locator("pre").click()
    tab.keyboard.press("Control+Enter")
    expect(cell.locator(".prompt")).to_have_text("[1]:")
    interface.let_go()
    expect(tab.locator(".jp-CodeCell .widget-readout")).to_have_text("7")
    expect(tab.locator(".jp-CodeCell .widget-output")).to_contain_text("inside")
    slider = tab.locator(".jp-CodeCell").get_by_role("slider")
    slider.press("ArrowRight")
    expect(tab.locator(".jp-CodeCell .widget-readout")).to_have_text("8")


def test_what_is_written_stays_where_the_interface_does_not_come(address: str, tab: Page) -> None:
    tab.route(INTERFACE, lambda route: route.abort())
    tab.goto(address)
    cell = tab.locator("main .code-cell").first
    cell.locator("pre").click()
    tab.keyboard.press("Home")
    tab.keyboard.type("b = ")
    status = tab.locator("main").get_by_role("status")
    expect(status).to_contain_text("The notebook could not be started")
    expect(cell.get_by_role("textbox")).to_have_value("b = a = 6")
    tab.keyboard.press("Control+Enter")
    expect(cell.locator(".prompt")).to_have_text("[1]:")
    expect(status).to_contain_text("The notebook could not be started")
    tab.unroute(INTERFACE)
    second = tab.locator("main .code-cell").nth(1)
    second.locator("pre").first.click()
    tab.keyboard.press("End")
    tab.keyboard.type(" b")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".jp-CodeCell .jp-OutputArea-output")).to_have_text("36")
    prompts = tab.locator(".jp-CodeCell .jp-InputPrompt")
    expect(prompts).to_have_text(["[1]:", "[2]:", "[ ]:"])


def test_a_heading_that_an_address_names_is_found_by_the_interface(
    address: str, folder: Path, tab: Page
) -> None:
    write(folder / "long.ipynb", *("1\n" * 40 for _ in range(4)))
    tab.goto(address.replace("numbers", "long") + "#nowhere")
    expect(tab.locator(".jp-CodeCell .cm-content").first).to_be_visible()
    expect(tab.locator("main .code-cell")).to_have_count(0)


def test_it_is_dark_where_jupyterlab_will_be(address: str, tab: Page) -> None:
    tab.goto(address)
    expect(tab.locator(".jp-CodeCell .cm-content").first).to_be_visible()
    tab.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    expect(tab.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    Hold(tab, INTERFACE)
    tab.reload()
    cell = tab.locator("main .code-cell pre").first
    expect(cell).to_have_css("color", "rgb(255, 255, 255)")
    expect(cell).to_have_css("background-color", "rgb(33, 33, 33)")

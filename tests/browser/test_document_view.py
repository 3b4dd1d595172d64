"""The view that Jupyter Notebook 7 has: one document to a page, and /tree for the files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ..serving import serving
from .lab import HAS_RUN, Hold, read, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    write(folder / "papers" / "numbers.ipynb", "6 * 7")
    (folder / "text.txt").write_text("words")
    return folder


@pytest.fixture(scope="module")
def site(person: BrowserContext, folder: Path) -> Iterator[str]:
    """The address of a server that has let the person in."""
    with serving(folder) as address:
        person.request.get(address)
        yield address.partition("/lab")[0]


def test_a_notebook_is_run_by_a_python_that_started_before_the_interface_and_saved(
    site: str, tab: Page, folder: Path
) -> None:
    interface = Hold(tab, re.compile(r"/static/hydrate\..*js"))
    with tab.expect_request(re.compile(r"/pyodide/snapshot\.")):
        tab.goto(f"{site}/notebooks/papers/numbers.ipynb", wait_until="commit")
    interface.let_go()
    cell = tab.locator(".jp-CodeCell").first
    expect(cell.locator(".cm-content")).to_have_text("6 * 7")  # not the cell that waits for it
    cell.locator(".cm-content").click()
    tab.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-InputPrompt")).to_have_text(HAS_RUN)
    expect(cell.locator(".jp-OutputArea-output")).to_have_text("42")
    with tab.expect_response(lambda answer: answer.request.method == "PUT"):
        tab.keyboard.press("Control+s")
    saved, *_ = read(folder / "papers" / "numbers.ipynb").cells
    assert saved.outputs[0].data["text/plain"] == "42"


# The cell in front is run at the moment when the kernel is asked for.
RUN_WHEN_STARTING = """() => {
    const {sessionContext} = jupyterapp.shell.currentWidget;
    const run = () => {
        sessionContext.statusChanged.disconnect(run);
        queueMicrotask(() => void jupyterapp.commands.execute("notebook:run-cell"));
    };
    sessionContext.statusChanged.connect(run);
}"""


def test_cells_that_are_run_before_their_kernel_is_there_wait_for_it(
    site: str, tab: Page, folder: Path
) -> None:
    write(folder / "early.ipynb", "a = 6", "a * 7")
    checkpoints = Hold(tab, re.compile("/checkpoints"))
    tab.goto(f"{site}/notebooks/early.ipynb")
    first, second = (tab.locator(f"[data-windowed-list-index='{index}']") for index in (0, 1))
    first.locator(".cm-content").click()
    tab.evaluate(RUN_WHEN_STARTING)
    tab.keyboard.press("Shift+Enter")
    expect(first.locator(".jp-InputPrompt")).to_have_text("[1]:")
    expect(second.locator(".jp-InputPrompt")).to_have_text("[2]:")
    expect(second.locator(".jp-OutputArea-output")).to_have_text("42")
    checkpoints.let_go()


def test_a_kernels_start_is_seen_in_this_view_too(site: str, tab: Page) -> None:
    pattern = re.compile(r"/pyodide/pyodide\.asm\.")
    tab.route(pattern, lambda route: route.abort())
    tab.goto(f"{site}/notebooks/papers/numbers.ipynb")
    notice = tab.get_by_role("alert")
    expect(notice.get_by_role("button", name="Try Again")).to_be_visible()
    tab.unroute(pattern)
    notice.get_by_role("button", name="Try Again").click()
    expect(tab.locator(".jp-NotebookPanel .wasmnb-StartProgress")).to_be_hidden()
    expect(tab.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle")


def test_the_tree_lists_files_and_opens_a_notebook(
    site: str, tab: Page, person: BrowserContext
) -> None:
    tab.goto(f"{site}/tree")
    listing = tab.locator(".jp-DirListing")
    expect(listing.get_by_text("text.txt", exact=True)).to_be_visible()
    listing.get_by_text("papers", exact=True).dblclick()
    with person.expect_page() as opened:
        listing.get_by_text("numbers.ipynb", exact=True).dblclick()
    expect(opened.value.locator(".jp-CodeCell .cm-content").first).to_have_text("6 * 7")
    expect(opened.value).to_have_url(re.compile(r"/notebooks/papers/numbers\.ipynb"))
    opened.value.close()


def test_a_new_notebook_is_made_from_the_tree(
    site: str, tab: Page, person: BrowserContext, folder: Path
) -> None:
    tab.goto(f"{site}/tree")
    tab.get_by_text("New", exact=True).click()
    with person.expect_page() as opened:
        tab.locator(".lm-Menu-itemLabel").get_by_text("Python (WebAssembly)").first.click()
    page = opened.value
    cell = page.locator(".jp-CodeCell").first
    cell.locator(".cm-content").click()
    page.keyboard.type("1 + 1")
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-OutputArea-output")).to_have_text("2")
    assert (folder / "Untitled.ipynb").exists()
    page.close()


def test_a_text_file_is_edited_and_saved(site: str, tab: Page, folder: Path) -> None:
    tab.goto(f"{site}/edit/text.txt")
    editor = tab.locator(".jp-FileEditor .cm-content")
    expect(editor).to_have_text("words")
    editor.click()
    tab.keyboard.press("Control+End")
    tab.keyboard.type(" and more")
    with tab.expect_response(lambda answer: answer.request.method == "PUT"):
        tab.keyboard.press("Control+s")
    assert (folder / "text.txt").read_text() == "words and more"


def test_the_notebook_opens_in_jupyterlab_from_here(
    site: str, tab: Page, person: BrowserContext
) -> None:
    tab.goto(f"{site}/notebooks/papers/numbers.ipynb")
    expect(tab.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle")
    with person.expect_page() as opened:
        tab.get_by_role("button", name="Open in JupyterLab").click()
    expect(opened.value).to_have_url(re.compile(r"/lab/tree/papers/numbers\.ipynb"))
    expect(opened.value.locator(".jp-CodeCell .cm-content").first).to_have_text("6 * 7")
    opened.value.close()

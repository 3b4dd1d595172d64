"""A notebook's page in a site, which is read at once and runs where it stands."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, Request, expect

from ..browser.lab import Hold
from ..conftest import faultless
from ..serving import DEADLINE
from .conftest import build, code, save, shows, text
from .hosting import hosting
from .wheels import only, wheel


def filler(name: str) -> list[Any]:
    return [text(f"## {name} {n}\n\n" + "Words. " * 300) for n in range(12)]


def packages(folder: Path) -> None:
    """A notebook that needs packages, of which a module beside it needs some."""
    save(
        folder / "packages.ipynb",
        code("%pip install tools"),
        code("import helper, tools\nhelper.needed.version + tools.version"),
    )
    (folder / "helper.py").write_text("import needed, toolbox\n")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    work = tmp_path_factory.mktemp("work")
    cells = [
        code("answer = 6 * 7", count=1),
        *filler("Before"),
        code("answer", shows(text_plain="'stored'"), count=2),
        *filler("After"),
    ]
    save(work / "folder" / "deep" / "long.ipynb", *cells)
    save(work / "folder" / "short.ipynb", text("# Short\n\nHas a needle."), code("1"))
    packages(work / "folder")
    with only(work / "index") as index:
        wheel(index, "needed")
        wheel(index, "toolbox", requires=["needed"])
        wheel(index, "tools")
        build(work / "folder", work / "host" / "sub", "--title", "Stars")
    with hosting(work / "host") as root:
        yield f"{root}sub/"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A new reader, whose pages ask the site alone."""
    elsewhere: list[str] = []

    def asks(request: Request) -> None:
        if not request.url.startswith((address, "blob:", "data:")):
            elsewhere.append(request.url)

    # What a service worker adds has a test of its own; nothing here needs one.
    with browser.new_context(service_workers="block") as context:
        context.set_default_timeout(DEADLINE * 1000)
        context.on("request", asks)
        page = context.new_page()
        with faultless(page):
            yield page
    assert not elsewhere


def top(cell: Locator) -> float:
    box = cell.bounding_box()
    assert box
    return box["y"]


def test_who_only_reads_fetches_no_python_and_no_jupyterlab(page: Page, address: str) -> None:
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{address}notebooks/deep/long.html")
    expect(page.locator(".output")).to_contain_text("'stored'")
    page.wait_for_load_state("networkidle")
    assert sum(sizes) < 150_000


def test_the_search_finds_what_is_in_a_notebook(page: Page, address: str) -> None:
    page.goto(f"{address}index.html")
    page.get_by_role("searchbox").fill("NEEDLE")
    expect(page.locator(".found li")).to_have_count(1)
    page.locator(".found a").click()
    expect(page.locator("h1")).to_contain_text("Short")


def test_a_cell_runs_where_it_stands(page: Page, address: str) -> None:
    page.goto(f"{address}notebooks/deep/long.html")
    first = page.locator(".code-cell").first
    first.focus()
    cell = page.locator(".code-cell").nth(1)
    cell.scroll_into_view_if_needed()
    before = top(cell)
    held = Hold(page, re.compile(r"/static/hydrate\."))
    with page.expect_event("worker"):  # Python does not wait for the notebook
        cell.get_by_role("button", name="▶").click()
    held.let_go()
    shown = page.locator(".jp-NotebookPanel .jp-CodeCell.jp-mod-active")
    expect(shown.locator(".jp-OutputArea-output")).to_contain_text("NameError")
    assert abs(top(shown) - before) < 60
    expect(page.locator("main.notebook")).to_be_hidden()

    page.get_by_role("button", name="Run all", exact=True).click()
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output").first).to_have_text("42")
    expect(page.locator(".jp-CodeCell .jp-InputPrompt").first).to_have_text("[2]:")


def test_what_is_run_is_shown_before_the_notebook_has_come_and_runs_once(
    page: Page, address: str
) -> None:
    held = Hold(page, re.compile(r"/static/hydrate\."))
    page.goto(f"{address}notebooks/deep/long.html")
    page.get_by_role("button", name="Run all", exact=True).click()
    first, second = page.locator("main .code-cell").all()
    expect(second.locator(".output")).to_have_text("42")
    expect(first.locator(".prompt")).to_have_text("[1]:")
    held.let_go()
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output")).to_have_text("42")
    expect(page.locator(".jp-CodeCell .jp-InputPrompt").first).to_have_text("[1]:")


def test_shift_enter_runs_the_cell_that_has_the_focus(page: Page, address: str) -> None:
    page.goto(f"{address}notebooks/short.html")
    page.locator(".code-cell").focus()
    page.keyboard.press("Shift+Enter")
    shown = page.locator(".jp-NotebookPanel .jp-CodeCell")
    expect(shown.locator(".jp-OutputArea-output")).to_have_text("1")
    expect(shown.locator(".jp-InputPrompt").first).to_have_text("[1]:")
    expect(shown.nth(1)).to_have_class(re.compile("jp-mod-active"))  # the next one, a new one here

    page.locator(".lm-MenuBar-item").get_by_text("File", exact=True).click()
    with page.context.expect_page() as other:
        page.locator(".lm-Menu-item").get_by_text("Open…", exact=True).click()
    expect(other.value).to_have_url(f"{address}lab/index.html")


def test_a_notebook_that_its_reader_has_deleted_is_back_when_it_is_run(
    page: Page, address: str
) -> None:
    page.goto(f"{address}notebooks/deep/long.html")
    page.locator(".code-cell pre").first.dblclick()
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content").first).to_be_focused()
    page.evaluate(
        """async () => {
            const {contents} = jupyterapp.serviceManager;
            await contents.delete("deep/long.ipynb");
            await contents.delete("deep");
        }"""
    )
    page.goto(f"{address}notebooks/deep/long.html")
    page.get_by_role("button", name="Run all", exact=True).click()
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output")).to_have_text("42")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_notebook_is_as_light_or_dark_as_its_page(
    page: Page, address: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}notebooks/short.html")
    page.locator(".code-cell pre").dblclick()
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content")).to_be_focused()
    is_light = str(scheme == "light").lower()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", is_light)


def test_a_double_click_lets_one_write_in_a_frame_too(page: Page, address: str) -> None:
    page.goto(f"{address}notebooks/short.html?view=embed")
    expect(page.get_by_role("link", name="Open in the workspace")).to_be_hidden()
    page.locator(".code-cell pre").dblclick()
    editor = page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content")
    expect(editor).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("20 + 3")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output")).to_have_text("23")
    expect(page.locator(".lm-MenuBar")).to_be_hidden()
    expect(page.get_by_role("button", name="Share")).to_have_count(0)


def test_it_runs_in_a_frame_of_another_site_where_browsers_keep_nothing(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    source = f"{address}notebooks/short.html?view=embed"
    (tmp_path / "index.html").write_text(f'<iframe src="{source}" width="800" height="500">')
    with hosting(tmp_path) as blog, browser.new_context(service_workers="block") as context:
        page = context.new_page()
        page.set_default_timeout(DEADLINE * 1000)
        page.goto(blog.replace("127.0.0.1", "localhost"))  # which is another site to browsers
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="Run all").click()
        expect(frame.locator(".jp-NotebookPanel .jp-OutputArea-output")).to_have_text("1")


def test_who_writes_in_a_cell_goes_on_writing_in_the_notebook(page: Page, address: str) -> None:
    held = Hold(page, re.compile(r"/static/hydrate\."))
    page.goto(f"{address}notebooks/deep/long.html")
    cell = page.locator(".code-cell").nth(1)
    cell.locator("pre").first.click(position={"x": 20, "y": 20})
    draft = cell.get_by_role("textbox")
    page.keyboard.press("Home")
    page.keyboard.type("if 1:\ndisplay(6 * 7) #")
    expect(draft).to_have_value("if 1:\n    display(6 * 7) #answer")
    held.let_go()
    typed = type_until(page, page.locator(".jp-NotebookPanel .jp-CodeCell.jp-mod-active"))
    editor = page.locator(".jp-CodeCell.jp-mod-active .cm-line").last
    expect(editor).to_have_text(f"    display(6 * 7) #{typed}answer")
    page.keyboard.press("Control+Enter")
    output = page.locator(".jp-CodeCell.jp-mod-active .jp-OutputArea-output")
    expect(output).to_have_text("42")


def test_what_is_written_is_saved_when_the_notebook_has_come_and_nobody_leaves_without_it(
    page: Page, address: str
) -> None:
    held = Hold(page, re.compile(r"/static/hydrate\."))
    page.goto(f"{address}notebooks/short.html")
    page.locator(".code-cell pre").first.click(position={"x": 20, "y": 20})
    page.keyboard.press("End")
    page.keyboard.type(" + 41")
    page.keyboard.press("Control+Enter")
    asked: list[str] = []

    def stays(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stays)
    page.get_by_role("link", name="Stars").click(no_wait_after=True)
    expect(page.locator(".code-cell .output")).to_have_text("42")
    assert asked == ["beforeunload"]
    page.keyboard.press("Control+s")
    held.let_go()
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output")).to_have_text("42")
    expect(page.locator(".jp-NotebookCheckpoint")).to_contain_text("Last Checkpoint")
    page.goto(f"{address}notebooks/short.html")
    page.get_by_role("button", name="Open My Version").click()
    expect(page.locator(".jp-CodeCell .cm-content")).to_have_text("1 + 41")
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output")).to_have_text("42")


def type_until(page: Page, sign: Locator) -> str:
    """Types without a pause until that is seen, and a little after."""
    typed, left = "", 5
    while left:
        page.keyboard.type(letter := ascii_lowercase[len(typed) % 26])
        typed += letter
        left -= sign.is_visible()
    return typed


def test_what_its_reader_has_changed_is_run_not_what_the_page_shows(
    page: Page, address: str
) -> None:
    page.goto(f"{address}notebooks/deep/long.html")
    page.locator(".code-cell").first.dblclick()
    cells = page.locator(".jp-NotebookPanel .jp-CodeCell")
    expect(cells.first.locator(".cm-content")).to_be_focused()
    page.evaluate(
        """() => {
            const {content} = jupyterapp.shell.currentWidget;
            content.widgets[0].model.sharedModel.setSource("answer = 7");
            content.model.sharedModel.insertCell(0, {cell_type: "code", source: "answer = 0"});
            return jupyterapp.commands.execute("docmanager:save");
        }"""
    )
    page.reload()
    page.get_by_role("button", name="Run all", exact=True).click()
    expect(cells.locator(".jp-InputPrompt")).to_have_text(["[1]:", "[2]:", "[3]:"])
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output")).to_have_text("7")

    page.reload()
    cell = page.locator(".code-cell").nth(1)
    cell.get_by_role("button", name="▶").click()
    expect(page.locator(".jp-CodeCell.jp-mod-active .cm-content")).to_have_text("answer")
    output = page.locator(".jp-CodeCell.jp-mod-active .jp-OutputArea-output")
    expect(output).to_contain_text("NameError")

    page.reload()
    page.get_by_role("button", name="Open My Version").click()
    expect(page.locator(".jp-NotebookPanel .cm-content").first).to_have_text("answer = 0")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert "answer = 0" in download.value.path().read_text()
    assert download.value.suggested_filename == "long.ipynb"

    page.goto(f"{address}notebooks/deep/long.html?fresh=1")
    page.get_by_role("button", name="Run all", exact=True).click()
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output")).to_have_text("42")
    expect(page.locator(".notice")).to_have_count(0)


def test_packages_come_from_the_site(page: Page, address: str) -> None:
    page.goto(f"{address}notebooks/packages.html")
    page.locator(".code-cell").first.focus()
    page.keyboard.press("Shift+Enter")
    shown = page.locator(".jp-NotebookPanel .jp-CodeCell")
    outputs = shown.locator(".jp-OutputArea-output")
    expect(outputs.first).to_contain_text("Successfully installed tools-1.0")
    shown.nth(1).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(outputs.last).to_have_text("'1.01.0'")

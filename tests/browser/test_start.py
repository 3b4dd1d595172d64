"""While a kernel starts the page says how far it is, and if it fails, why."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .lab import Hold, Lab, outputs_of, write


@pytest.fixture(scope="module", autouse=True)
def file(folder: Path) -> Path:
    return write(folder / "start.ipynb", "6 * 7")


def test_a_progress_bar_is_seen_until_the_kernel_is_there(page: Page, address: str) -> None:
    held = Hold(page, re.compile(r"/pyodide/pyodide\.asm\..*\.wasm$"))
    lab = Lab(page, address)
    lab.file("start.ipynb").dblclick()
    bar = lab.panel.get_by_role("progressbar", name="Kernel start")
    expect(bar).to_be_visible()
    expect(
        lab.panel.get_by_text(re.compile(r"^Fetching Python: [\d.]+ of [\d.]+ MB$"))
    ).to_be_visible()
    held.let_go()
    expect(bar).to_be_hidden()
    lab.cell(0).click()
    page.keyboard.press("Shift+Enter")
    expect(outputs_of(lab.cell(0))).to_have_text("42")


def test_a_cell_run_while_the_kernel_starts_runs_when_it_is_there(page: Page, address: str) -> None:
    held = Hold(page, re.compile(r"/pyodide/pyodide\.asm\..*\.wasm$"))
    lab = Lab(page, address)
    lab.file("start.ipynb").dblclick()
    expect(lab.panel.get_by_role("progressbar")).to_be_visible()
    lab.cell(0).click()
    page.keyboard.press("Shift+Enter")
    expect(lab.cell(0).locator(".jp-InputPrompt")).to_have_text("[*]:")
    held.let_go()
    expect(outputs_of(lab.cell(0))).to_have_text("42")


@pytest.mark.parametrize("asset", ["worker", "pyodide.asm"])
def test_a_file_that_cannot_be_had_is_named_and_the_start_tried_again(
    asset: str, page: Page, address: str
) -> None:
    pattern = re.compile(rf"/pyodide/{re.escape(asset)}\.")
    page.route(pattern, lambda route: route.abort())
    lab = Lab(page, address)
    lab.file("start.ipynb").dblclick()
    notice = lab.panel.get_by_role("alert")
    expect(notice).to_contain_text(re.compile("could not be"))
    page.unroute(pattern)
    notice.get_by_role("button", name="Try Again").click()
    expect(notice).to_be_hidden()
    lab.cell(0).click()
    page.keyboard.press("Shift+Enter")
    expect(outputs_of(lab.cell(0))).to_have_text("42")


def test_without_webassembly_the_page_says_so_and_opens_documents(
    page: Page, address: str, folder: Path
) -> None:
    (folder / "text.md").write_text("# A heading\n")
    page.add_init_script("delete globalThis.WebAssembly")
    lab = Lab(page, address)
    lab.file("start.ipynb").dblclick()
    expect(lab.panel.get_by_role("alert")).to_contain_text("Python runs on WebAssembly here")
    expect(lab.cell(0).locator(".cm-content")).to_have_text("6 * 7")
    lab.file("text.md").dblclick()
    expect(page.locator(".jp-FileEditor .cm-content")).to_contain_text("# A heading")


def test_nothing_is_fetched_from_anywhere_else(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    lab = Lab(page, address)
    lab.open("start.ipynb")
    lab.says("from ipywidgets import IntSlider\nIntSlider(value=4).value", "4")
    server = address.partition("/lab")[0]
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []

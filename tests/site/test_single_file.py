"""A notebook as one file, opened from the disk of someone who has no network and nothing else."""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from wasmnb.cli.main import main

from ..conftest import faultless
from ..serving import DEADLINE
from .conftest import code, save, shows, text
from .wheels import only, wheel


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("work")
    save(
        work / "folder" / "stars.ipynb",
        text("# Stars & more"),
        code("1 + 1", shows(text_plain="'stored'")),
        code("import ipywidgets, tools\nipywidgets.IntSlider(), tools.version"),
    )
    save(work / "folder" / "other.ipynb", text("# Other"))
    with only(work / "index") as index:
        wheel(index, "tools")
        out = str(work / "out" / "stars.html")
        main(["build", "--single-file", str(work / "folder" / "stars.ipynb"), "-o", out])
    assert sorted(it.name for it in (work / "folder").iterdir()) == ["other.ipynb", "stars.ipynb"]
    return Path(out).rename(work / "moved.html")


@pytest.fixture(scope="module")
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """The file as it is opened; it asks for nothing beside itself, nor anywhere else."""
    asked: list[str] = []
    with browser.new_context(offline=True) as context:
        context.set_default_timeout(DEADLINE * 1000)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("requestfailed", lambda request: asked.append(f"{request.url} failed"))
        page.goto(file.as_uri())
        with faultless(page):
            yield page
    assert [url for url in asked if not url.startswith(("blob:", "data:"))] == [file.as_uri()]


def test_it_is_read_without_a_script(browser: Browser, file: Path) -> None:
    with browser.new_context(java_script_enabled=False, offline=True) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        expect(page.locator("h1")).to_contain_text("Stars & more")
        expect(page.locator(".output")).to_contain_text("'stored'")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        assert download.value.suggested_filename == "stars.ipynb"


def test_it_runs(page: Page) -> None:
    page.locator(".code-cell").first.focus()
    page.keyboard.press("Shift+Enter")
    cell = page.locator(".jp-NotebookPanel .jp-CodeCell")
    expect(cell.first.locator(".jp-OutputArea-output")).to_have_text("2")
    expect(page.locator(".banner")).to_contain_text("Changes are lost when you close this tab")


def test_packages_are_in_it(page: Page) -> None:
    cell = page.locator(".jp-NotebookPanel .jp-CodeCell").nth(1)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-OutputArea-output")).to_contain_text("'1.0'")


def test_what_was_changed_is_downloaded(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "stars.ipynb"
    [_, cell, *_] = json.loads(download.value.path().read_text())["cells"]
    assert cell["outputs"][0]["data"]["text/plain"] == "2"
    assert "trusted" not in cell["metadata"]


@pytest.mark.parametrize("output", ["stars", "folder.html"])
def test_it_is_written_over_no_folder(tmp_path: Path, output: str) -> None:
    save(tmp_path / "stars.ipynb", text("# Stars"))
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(SystemExit, match="name a file, -o NAME"):
        main(["build", "--single-file", f"{tmp_path}/stars.ipynb", "-o", f"{tmp_path}/{output}"])


def test_there_has_to_be_such_a_notebook(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no notebook"):
        main(["build", "--single-file", f"{tmp_path}/none.ipynb"])

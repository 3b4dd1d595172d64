"""A notebook that travels in a link: from a reader of a site to another, past every server."""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from ..conftest import faultless
from ..notebook import RESTORED
from ..serving import DEADLINE
from .conftest import build, code, save, shows, text
from .hosting import hosting

# It would act, were it trusted; that it is there is no matter of trust.
ACTS = '<b>shown</b><img src="data:," onerror="document.title=\'acted\'">'

KERNELS = "[...jupyterapp.serviceManager.kernels.running()].length"

Opens = Callable[[str], Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    work = tmp_path_factory.mktemp("work")
    save(work / "folder" / "stars.ipynb", text("# Stars"), code("1 + 1", shows(text_html=ACTS)))
    build(work / "folder", work / "host" / "sub", "--title", "Sky")
    with hosting(work / "host") as root:
        yield f"{root}sub/"


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """Another than the one who shares, with a browser of their own."""
    with browser.new_context(service_workers="block") as context:
        context.set_default_timeout(DEADLINE * 1000)
        yield context


@pytest.fixture(scope="module")
def links(browser: Browser, address: str) -> list[str]:
    """What someone is offered who shares the notebook from its page, without outputs and with."""
    with browser.new_context(service_workers="block") as context:
        context.set_default_timeout(DEADLINE * 1000)
        page = context.new_page()
        page.goto(f"{address}notebooks/stars.html")
        files: list[Route] = []

        def hold(route: Route) -> None:
            files.append(route)

        page.route("**/stars.ipynb", hold)
        page.locator(".code-cell").dblclick()
        page.get_by_role("button", name="Share").click()  # the notebook's file comes after this
        files[0].continue_()
        page.unroute_all()
        dialog = page.get_by_role("dialog")
        found = []
        for outputs in (False, True):
            dialog.get_by_role("checkbox").set_checked(outputs)
            link = dialog.get_by_label("Link", exact=True).input_value()
            expect(dialog).to_contain_text(f"{len(link):,} characters")
            found.append(link)
        context.grant_permissions(["clipboard-read"])
        dialog.get_by_role("button", name="Copy Link").click()
        expect(dialog).to_have_count(0)
        assert page.evaluate("navigator.clipboard.readText()") == found[-1]
        # Where the page says that its reader has changed the notebook, their version is offered.
        page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        page.goto(f"{address}notebooks/stars.html")
        page.locator(".notice").get_by_role("button", name="Share").click()
        expect(dialog.get_by_label("Link", exact=True)).to_be_visible()
        assert page.evaluate(KERNELS) == 0
        return found


@pytest.fixture
def opens(reader: BrowserContext, address: str) -> Iterator[Opens]:
    """Opens a link in a tab of its own; nothing that it carries goes to the host."""
    page = reader.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with faultless(page):

        def open_(link: str) -> Page:
            page.goto(link)
            return page

        yield open_
    assert all(url.startswith((address, "blob:", "data:")) for url in asked)
    page.close()


def cell(page: Page) -> Locator:
    return page.locator(".jp-NotebookPanel .jp-CodeCell")


def test_the_one_who_gets_a_link_sees_runs_and_keeps_the_notebook(
    opens: Opens, links: list[str], address: str
) -> None:
    page = opens(links[0])
    expect(page.locator(".banner")).to_contain_text(
        "stars-shared.ipynb was shared with you as a link"
    )
    expect(page.locator(".jp-NotebookPanel h1")).to_contain_text("Stars")
    assert cell(page).locator(".jp-OutputArea-output").count() == 0
    assert page.evaluate(KERNELS) == 0  # it is there to be read, until something is run
    page.keyboard.press("Control+Home")
    cell(page).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell(page).locator(".jp-OutputArea-output")).to_have_text("2")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")

    page.goto(f"{address}lab/index.html")
    page.wait_for_function(RESTORED)
    files = page.locator(".jp-DirListing-item")
    expect(files.get_by_text("stars-shared.ipynb", exact=True)).to_be_visible()
    expect(files.get_by_text("stars.ipynb", exact=True)).to_be_visible()


def test_the_outputs_that_come_along_do_not_act(opens: Opens, links: list[str]) -> None:
    page = opens(links[1])
    expect(cell(page).locator(".jp-OutputArea-output b")).to_have_text("shown")
    expect(cell(page).locator("img")).not_to_have_attribute("onerror", re.compile(""))
    assert page.evaluate("document.title") != "acted"


def test_a_link_that_was_cut_says_so(opens: Opens, links: list[str]) -> None:
    page = opens(links[0][: len(links[0]) // 2])
    expect(page.locator("main")).to_contain_text("cut off or changed")
    assert page.evaluate("performance.getEntriesByType('resource').length") < 5


def test_a_link_works_without_a_network(browser: Browser, links: list[str], address: str) -> None:
    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        page = context.new_page()
        page.goto(links[0])
        expect(cell(page)).to_be_visible()
        page.wait_for_function(
            "async (url) => (await caches.match(url)) !== undefined", arg=f"{address}shared.html"
        )
        context.set_offline(True)
        page = context.new_page()
        page.goto(links[0])
        expect(cell(page)).to_be_visible()


def test_a_folder_with_a_page_of_that_name_is_no_clash(tmp_path: Path) -> None:
    save(tmp_path / "folder" / "shared.ipynb", text("# Mine"))
    site = build(tmp_path / "folder", tmp_path / "site")
    assert "Mine" in site.page("shared")

"""The snapshot is kept for later visits, and is used only as it was kept."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from ..serving import DEADLINE, serving
from .kernel import SNAPSHOT, Desk, desk

IS_KEPT = "Object.keys(localStorage).some((name) => name.startsWith('wasmnb kept'))"
STEP = 'performance.getEntriesByName("wasmnb kernel: read the cached snapshot").length'
DAMAGE = """async () => {
    const root = await navigator.storage.getDirectory();
    for await (const folder of root.values())
        for await (const file of folder.values()) {
            const writable = await file.createWritable({keepExistingData: true});
            await writable.write({type: "write", position: 5_000_000, data: "Other code."});
            await writable.close();
        }
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        yield context.new_page()


def visit(page: Page, address: str) -> tuple[int, Desk]:
    """Run a cell in a page that is loaded anew: how often it asks for a snapshot."""
    asked: list[str] = []
    page.on("request", lambda it: asked.append(it.url) if SNAPSHOT.search(it.url) else None)
    opened = desk(page, address)
    kernel = opened.start()
    assert kernel.run("1 + 1") == [("result", "2")]
    return len(asked), opened


def test_a_second_visit_reads_it_and_asks_for_none(page: Page, address: str) -> None:
    assert visit(page, address)[0] == 1
    page.wait_for_function(IS_KEPT)
    asked, _ = visit(page, address)
    assert (asked, page.evaluate(STEP)) == (0, 1)


def test_what_other_code_has_written_there_is_not_used(page: Page, address: str) -> None:
    visit(page, address)
    page.wait_for_function(IS_KEPT)
    page.evaluate(DAMAGE)
    assert visit(page, address)[0] == 1
    restored = 'performance.getEntriesByName("wasmnb kernel: restore the memory").length'
    assert page.evaluate(restored) == 1


def test_a_browser_that_keeps_nothing_asks_its_cache(page: Page, address: str) -> None:
    page.add_init_script("navigator.storage.getDirectory = () => Promise.reject(Error('No.'))")
    visit(page, address)
    page.wait_for_function(IS_KEPT)
    note = page.evaluate(
        "Object.entries(localStorage).find(([name]) => name.startsWith('wasmnb kept'))[1]"
    )
    assert re.match(r"not snapshot\..*\.bin", note)
    assert visit(page, address)[0] == 1

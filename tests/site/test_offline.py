"""What a browser keeps of a site: it is there without a network, and never an old one with it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from ..browser.lab import Lab
from ..conftest import faultless
from ..serving import DEADLINE
from .conftest import build, code, save, text
from .hosting import hosting

KEPT = """async () => {
    const caches_ = await Promise.all((await caches.keys()).map(name => caches.open(name)));
    const kept = await Promise.all(caches_.map(cache => cache.keys()));
    return kept.flat().map(({url}) => new URL(url).pathname);
}"""


WAIT = f"""async (path) => {{
    while (!(await ({KEPT})()).includes(path)) await new Promise(requestAnimationFrame);
}}"""


class Host:
    """A host of a site, which can be out of reach for a while, and given a new site."""

    def __init__(self, work: Path) -> None:
        self.folder = work / "folder"
        self._place = work / "host"
        self._running = ExitStack()
        self.publish("as it was", 6)
        self.address = self._running.enter_context(hosting(self._place)) + "sub/"

    def publish(self, words: str, number: int) -> None:
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        (self.folder / "data" / "number.txt").write_text(str(number))
        save(
            self.folder / "it.ipynb",
            text(f"# Page\n\nThis is {words}."),
            code("int(open('data/number.txt').read()) * 7"),
        )
        build(self.folder, self._place / "sub")

    def stop(self) -> None:
        self._running.close()

    def start(self) -> None:
        port = urlsplit(self.address).port
        assert port
        self._running.enter_context(hosting(self._place, port))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    host = Host(tmp_path_factory.mktemp("work"))
    yield host
    host.stop()


@contextmanager
def reader(browser: Browser, service_workers: Literal["allow", "block"]) -> Iterator[Page]:
    """The page of someone who was never here."""
    with browser.new_context(service_workers=service_workers) as context:
        context.set_default_timeout(DEADLINE * 1000)
        page = context.new_page()
        with faultless(page):
            yield page


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with reader(browser, "allow") as page:
        yield page


def kept(page: Page) -> list[str]:
    """What the browser keeps for when there is no network."""
    paths: list[str] = page.evaluate(KEPT)
    return paths


def keeps(page: Page, path: str) -> None:
    """Wait until it does."""
    page.evaluate(WAIT, path)


def run(page: Page, result: str) -> None:
    page.locator(".code-cell").focus()
    page.keyboard.press("Shift+Enter")
    output = page.locator(".jp-NotebookPanel .jp-CodeCell .jp-OutputArea-output").first
    expect(output).to_have_text(result)


def test_a_site_is_there_without_a_network_and_new_with_one(page: Page, host: Host) -> None:
    page.goto(f"{host.address}notebooks/it.html")
    keeps(page, "/sub/version.json")
    assert not [path for path in kept(page) if "pyodide" in path]  # who only reads needs no Python

    host.stop()
    page.reload()
    expect(page.locator("main")).to_contain_text("This is as it was.")

    host.start()
    run(page, "42")
    assert page.evaluate("crossOriginIsolated")  # which this host has not made it
    keeps(page, "/sub/site.json")

    host.stop()
    page.reload()
    run(page, "42")
    page.goto(f"{host.address}lab/index.html")
    expect(page.locator(".jp-DirListing-item").filter(has_text="it.ipynb")).to_be_visible()

    host.start()
    with page.expect_response("**/version.json"):
        page.goto(f"{host.address}notebooks/it.html")
    host.publish("published anew", 8)
    page.evaluate("dispatchEvent(new Event('online'))")  # as when a lost network is back
    expect(page.locator(".notice")).to_contain_text("This site has been updated.")
    page.locator(".notice").get_by_role("button", name="Reload").click()
    expect(page.locator("main")).to_contain_text("This is published anew.")
    run(page, "56")


def test_changes_meet_a_new_site_and_travel(browser: Browser, host: Host, tmp_path: Path) -> None:
    lab_address = f"{host.address}lab/index.html"
    with reader(browser, "block") as page:
        lab = Lab(page, lab_address)
        lab.open("it.ipynb", kernel=False)
        lab.type("'of the reader'")
        lab.save()
        page.evaluate(
            """() => jupyterapp.serviceManager.contents.save(
                "data/number.txt", {type: "file", format: "text", content: "5 of the reader"})"""
        )
        older = takes_along(lab, tmp_path / "older.zip")
        host.publish("the third", 9)
        page.goto(f"{host.address}notebooks/it.html")
        expect(page.locator(".notice")).to_contain_text("a new version was published since")

        lab = Lab(page, lab_address)
        lab.open("it.ipynb", kernel=False)
        page.get_by_role("button", name="Compare…").click()
        expect(lab.dialog.locator("ins, .wasmnb-mod-removed").first).to_be_visible()
        expect(lab.dialog).to_contain_text("This is the third.")
        lab.answer("Keep Both")
        expect(lab.tab("it-mine.ipynb")).to_be_visible()
        expect(page.locator(".Toastify")).to_contain_text("Your version is now it-mine.ipynb.")
        assert "'of the reader'" in [cell["source"] for cell in lab.cells()]
        home = page.context.new_page()
        home.goto(f"{host.address}index.html")
        link = home.get_by_role("link", name="it-mine.ipynb")
        expect(link).to_have_attribute("href", "lab/index.html?path=it-mine.ipynb")
        home.close()
        lab.open("it.ipynb", kernel=False)
        assert "# Page\n\nThis is the third." in [cell["source"] for cell in lab.cells()]

        lab.menu("File", "Your Changes in This Browser…")
        lab.dialog.get_by_role("button", name="Compare…").click()
        expect(lab.dialog.locator(".wasmnb-mod-added")).to_contain_text("5 of the reader")
        lab.answer("Use Published Version")
        expect(page.locator(".jp-FileEditor .cm-content")).to_have_text("9")
        expect(page.locator(".Toastify").get_by_role("button", name="Compare…")).to_have_count(0)

        lab.menu("File", "Your Changes in This Browser…")
        expect(lab.dialog.locator("li")).to_contain_text(["it-mine.ipynb"])
        expect(lab.dialog).to_contain_text("of storage in this browser")
        lab.answer("Close")
        archive = takes_along(lab, tmp_path / "changes.zip")
        assert ZipFile(archive).namelist() == ["it-mine.ipynb", ".wasmnb.json"]

    with reader(browser, "block") as page:
        lab = Lab(page, lab_address)
        brings(lab, archive)
        expect(lab.file("it-mine.ipynb")).to_be_visible()
        brings(lab, older)  # whose notebook was made from an earlier one than is published now
        lab.open("it.ipynb", kernel=False)
        expect(page.locator(".Toastify")).to_contain_text("a new version was published since")
        assert "'of the reader'" in [cell["source"] for cell in lab.cells()]


def takes_along(lab: Lab, archive: Path) -> Path:
    """All changes, as a zip."""
    lab.menu("File", "Your Changes in This Browser…")
    with lab.page.expect_download() as download:
        lab.answer("Download Changes")
    download.value.save_as(archive)
    return archive


def brings(lab: Lab, archive: Path) -> None:
    with lab.page.expect_file_chooser() as chooser:
        lab.menu("File", "Import Files from Zip…")
    chooser.value.set_files(archive)
    expect(lab.page.locator(".Toastify")).to_contain_text(f"Imported from {archive.name}")

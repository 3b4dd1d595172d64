"""The whole workspace of a site, on a host of static files, below the host's root."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request, expect

from ..browser.lab import Lab, write
from ..conftest import faultless
from ..serving import DEADLINE
from .conftest import build
from .hosting import hosting

# As released versions have stored it, without a library between.
STORE_OWN_FILE = """(root) => new Promise((resolve, reject) => {
    const opening = indexedDB.open(`wasmnb:${root}`, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("copies", {keyPath: "path"});
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const notebook = {cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5};
        const bytes = new TextEncoder().encode(JSON.stringify(notebook));
        const store = opening.result.transaction("copies", "readwrite").objectStore("copies");
        const file = {kind: "file", bytes, created: 1, modified: 1, base: null, trusted: true};
        store.put({path: "own.ipynb", ...file});
        store.put({path: "notes.ipynb", ...file, kind: "gone", bytes: new Uint8Array()});
        store.transaction.oncomplete = () => resolve(opening.result.close());
    };
})"""

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site of the examples is."""
    work = tmp_path_factory.mktemp("work")
    folder = copytree(EXAMPLES, work / "examples")
    write(folder / "notes.ipynb", "mine = 1")
    build(folder, work / "host" / "some" / "where", "--title", "Examples")
    with hosting(work / "host") as root:
        yield f"{root}some/where/"


@pytest.fixture(scope="module")
def reader(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A reader who sees to it that pages ask their own site alone, within their own policy."""
    wrong: list[str] = []

    def asks(request: Request) -> None:
        if not request.url.startswith((address, "blob:", "data:")):
            wrong.append(request.url)

    def says(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    # What a service worker adds has a test of its own; nothing here needs one.
    with browser.new_context(service_workers="block") as context:
        context.set_default_timeout(DEADLINE * 1000)
        context.on("request", asks)
        context.on("console", says)
        yield context
    assert not wrong


@pytest.fixture(scope="module")
def desk(reader: BrowserContext, address: str) -> Lab:
    return Lab(reader.new_page(), f"{address}lab/index.html")


@pytest.fixture
def lab(desk: Lab) -> Iterator[Lab]:
    desk.tidy()
    with faultless(desk.page):
        yield desk


def test_an_example_runs_with_the_files_beside_it(lab: Lab) -> None:
    lab.open("welcome.ipynb")
    lab.run_all()
    lab.is_done(lab.panel.locator(".jp-CodeCell").last)
    expect(lab.panel.locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
    expect(lab.panel.locator(".jupyter-widgets").first).to_be_visible()


def test_what_python_and_the_reader_write_is_there_after_a_reload(lab: Lab) -> None:
    lab.open("notes.ipynb")
    lab.says("open('log.txt', 'w').write('from Python')", "11")
    expect(lab.file("log.txt")).to_be_visible()
    lab.type("mine = 2")
    lab.save()
    lab.reload()
    lab.open("notes.ipynb")
    assert "mine = 2" in [cell["source"] for cell in lab.cells()]
    lab.says("open('log.txt').read()", "'from Python'")


def test_python_sees_what_the_page_has_saved_and_the_page_what_python_moves(lab: Lab) -> None:
    lab.open("notes.ipynb")
    lab.execute("open('here.txt', 'w').write('moved')")
    lab.execute("import os; os.mkdir('there'); os.rename('here.txt', 'there/it.txt')")
    lab.says("os.remove('there/it.txt'); os.rmdir('there'); os.path.exists('there')", "False")
    expect(lab.file("here.txt")).to_have_count(0)
    lab.page.evaluate(
        """() => jupyterapp.serviceManager.contents.save(
            "page.txt", {type: "file", format: "text", content: "from the page"})"""
    )
    lab.says("open('page.txt').read()", "'from the page'")


def test_with_fresh_the_site_is_as_it_was_published(lab: Lab, address: str) -> None:
    lab.open("notes.ipynb")
    lab.type("mine = 3")
    lab.save()
    page = lab.page.context.new_page()
    fresh = Lab(page, f"{address}lab/index.html?fresh=1&workspace=fresh")
    fresh.open("notes.ipynb", kernel=False)
    assert [cell["source"] for cell in fresh.cells()] == ["mine = 1"]
    page.close()


def test_the_address_says_what_is_open_and_opens_it_again(lab: Lab) -> None:
    lab.open("under-the-hood/1-a-notebook-is-json.ipynb", kernel=False)
    path = "path=under-the-hood%2F1-a-notebook-is-json.ipynb"
    lab.page.wait_for_url(lambda url: path in url and "/lab/index.html?" in url)
    shared = lab.page.url  # without tabs, the address is another
    lab.tidy()
    Lab(lab.page, shared)
    expect(lab.tab("1-a-notebook-is-json.ipynb")).to_be_visible()
    lab.open("under-the-hood/1-a-notebook-is-json.ipynb", kernel=False)


def test_a_second_tab_has_a_workspace_of_its_own(lab: Lab, address: str) -> None:
    lab.open("notes.ipynb", kernel=False)
    page = lab.page.context.new_page()
    page.goto(f"{address}lab/index.html")
    page.wait_for_url("**/lab/index.html?*workspace=auto-*")
    expect(page.locator(".jp-DirListing-item").filter(has_text="notes.ipynb")).to_be_visible()
    page.close()


def test_settings_can_be_changed(lab: Lab) -> None:
    lab.menu("Settings", "Theme", "JupyterLab Dark")
    lab.keeps("JupyterLab Dark")
    lab.set("Document Manager", "autosaveInterval", "7")
    lab.reload()
    body = lab.page.locator("body")
    expect(body).to_have_attribute("data-jp-theme-name", "JupyterLab Dark")
    # JupyterLab makes the forms of all its settings at once, which takes seconds.
    expect(lab.setting("Document Manager", "autosaveInterval")).to_have_value("7")
    lab.menu("Settings", "Theme", "JupyterLab Light")
    expect(body).to_have_attribute("data-jp-theme-light", "true")


def give_up(lab: Lab, name: str) -> None:
    """Take what is published in place of the reader's own."""
    lab.menu("File", "Your Changes in This Browser…")
    line = lab.dialog.locator("li").filter(has_text=name)
    line.get_by_role("button", name="Restore Published Version…").click()
    line.get_by_role("button", name="Discard My Version").click()
    expect(line).to_have_count(0)
    lab.answer("Close")


def test_what_is_published_comes_back_after_it_was_deleted(lab: Lab) -> None:
    lab.page.locator(".jp-BreadCrumbs-home").click()
    lab.file("planets.py").click()
    lab.page.keyboard.press("Delete")
    expect(lab.dialog).to_contain_text("A published file can be restored")
    lab.answer("Delete")
    expect(lab.file("planets.py")).to_have_count(0)
    give_up(lab, "planets.py (deleted")
    expect(lab.file("planets.py")).to_be_visible()


COUNT_ASKING = """() => {
    window.asked = 0;
    navigator.storage.persist = () => Promise.resolve(++window.asked > 0);
}"""


def test_a_change_is_marked_and_can_be_given_up(lab: Lab, address: str) -> None:
    lab.reload()
    lab.page.evaluate(COUNT_ASKING)
    for source in ("mine = 4", "mine = 5"):
        lab.open("notes.ipynb", kernel=False)
        lab.type(source)
        lab.save()
    assert lab.page.evaluate("window.asked") == 1  # that the browser keep it when room is short
    with lab.page.expect_download() as download:
        lab.menu("File", "Download")
    assert download.value.suggested_filename == "notes.ipynb"
    home = lab.page.context.new_page()
    home.goto(f"{address}index.html")
    mark = home.locator("li", has_text="changed in this browser").get_by_role("link")
    expect(mark.and_(home.locator("[href$='/notes.html']"))).to_be_visible()
    home.close()

    give_up(lab, "notes.ipynb")
    assert [cell["source"] for cell in lab.cells()] == ["mine = 1"]


def test_changes_that_an_earlier_version_has_stored_are_there(
    browser: Browser, address: str
) -> None:
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        page.goto(f"{address}version.json")
        page.evaluate(STORE_OWN_FILE, address)
        page.goto(f"{address}index.html")
        expect(page.get_by_role("link", name="own.ipynb")).to_be_visible()
        lab = Lab(page, f"{address}lab/index.html")
        expect(lab.file("own.ipynb")).to_be_visible()
        expect(lab.file("notes.ipynb")).to_have_count(0)

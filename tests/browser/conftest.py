"""A folder, the server over it, and JupyterLab in front: the same for all tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ..conftest import faultless
from ..jupyter import Stock, stock_jupyter
from ..serving import DEADLINE, serving
from .lab import Lab, write

expect.set_options(timeout=DEADLINE * 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def options() -> list[str]:
    """How the server is started."""
    return ["--no-trash"]


@pytest.fixture(scope="module")
def address(folder: Path, options: list[str]) -> Iterator[str]:
    """What the server on that folder prints for opening."""
    with serving(folder, *options) as address:
        yield address


@pytest.fixture(scope="module")
def stock(folder: Path) -> Iterator[Stock]:
    """A Jupyter Server on the same folder."""
    with stock_jupyter(folder) as stock:
        yield stock


@pytest.fixture(scope="module")
def person(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of one person, with cookies and settings that stay for all tests of a file."""
    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        yield context


@pytest.fixture(scope="module")
def desk(person: BrowserContext, address: str) -> Lab:
    return Lab(person.new_page(), address)


@pytest.fixture
def lab(desk: Lab) -> Iterator[Lab]:
    """JupyterLab as the test before has left it."""
    with faultless(desk.page):
        yield desk


@pytest.fixture(scope="module")
def opened(desk: Lab, folder: Path) -> str:
    """The name of a notebook that is open, with an empty cell and a running kernel."""
    write(folder / "notebook.ipynb")
    desk.open("notebook.ipynb")
    return "notebook.ipynb"


@pytest.fixture
def notebook(lab: Lab, opened: str) -> Lab:
    """That notebook in front, with the cells that the tests before have added."""
    lab.open(opened)
    return lab


@pytest.fixture
def tab(person: BrowserContext) -> Iterator[Page]:
    """A new browser tab of the same person."""
    with person.new_page() as page, faultless(page):
        yield page

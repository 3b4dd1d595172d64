"""What all tests have: a server to start and a browser to look at it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Playwright

from wasmnb.compare.chromium import launch_arguments

from .serving import serving

# What takes longest, first: else one worker has it to do when the others are done.
LONG = [
    "engines/test_webkit.py",
    "engines/test_firefox.py",
    "site/test_libraries.py",
    "site/test_bake.py",
    "corpus/test_run.py",
    "site/test_pyodide.py",
    "corpus/test_open_and_save_in_the_page.py",
    "browser/test_inspector.py",
    "worker/test_waiting.py",
    "browser/test_server_kernels.py",
    "browser/test_saving.py",
    "browser/test_kernels.py",
    "protocol/test_cases.py",
    "site/test_workspace.py",
    "zmq/test_wasm.py",
    "worker/test_files.py",
    "site/test_hydration.py",
    "site/test_offline.py",
    "browser/test_document_view.py",
    "browser/test_compare.py",
    "site/test_packages.py",
    "worker/test_snapshot.py",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Workers take up files in the order in which they are collected."""
    places = {Path(__file__).parent / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(LONG)))


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], playwright: Playwright
) -> dict[str, Any]:
    return {**browser_type_launch_args, **launch_arguments(playwright)}


@pytest.fixture(scope="session")
def base_url() -> None:
    """There is none: a test that wants a server starts its own with `serve`."""


# Uncaught errors of JupyterLab and its extensions that do no harm here, and where they are known.
KNOWN_FAULTS = {
    # ipywidgets looks for the kernel of a notebook that was opened without one.
    "Cannot read properties of null (reading 'kernel')": "jupyter-widgets/ipywidgets#3970",
    # A windowed notebook is measured after it was closed.
    "Cannot read properties of null (reading 'id')": "jupyterlab: notebook/src/windowing.ts",
    # It is closed while cells that are out of sight are still being made.
    "Cannot read properties of null (reading 'insertWidget')": "jupyterlab: notebook/src/widget.ts",
    # A notebook is closed while its kernel starts.
    "Disposed": "jupyterlab: apputils/src/sessioncontext.tsx",
    # A page of the Notebook view hears of JupyterLab's name for its window, and has none itself.
    'Window name candidate "null" already exists': "jupyterlab: apputils/src/windowresolver.ts",
}


@contextmanager
def faultless(page: Page) -> Iterator[None]:
    """Meanwhile, an error that nothing in the page has caught fails the test.

    So does a plugin that fails to activate, which silently takes all that need it with it.
    """
    faults: list[str] = []

    def uncaught(error: Error) -> None:
        if error.message not in KNOWN_FAULTS:
            faults.append(error.stack or error.message)

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error" and "failed to activate" in message.text:
            faults.append(message.text)

    page.on("pageerror", uncaught)
    page.on("console", logged)
    try:
        yield
    finally:
        page.remove_listener("pageerror", uncaught)
        page.remove_listener("console", logged)
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    with faultless(page):
        yield page


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start the real server on a folder, with options of the command line; its address."""
    with ExitStack() as servers:
        yield lambda folder, *options: servers.enter_context(serving(folder, *options))


@contextmanager
def without_playwright() -> Iterator[None]:
    """Meanwhile an event loop can be run though a browser of another test is still open.

    Playwright's loop stays the running one of this thread while its browser is open, and asyncio
    lets no second one run. https://github.com/microsoft/playwright-pytest/issues/167
    """
    playwrights = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(playwrights)


@pytest.fixture(autouse=True)
def loop_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test without a browser can run an event loop."""
    with nullcontext() if "playwright" in request.fixturenames else without_playwright():
        yield

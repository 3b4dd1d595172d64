"""Kernels of a Jupyter Server beside the browser's: one picker, and one notebook on both."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Request, expect

from ..jupyter import TOKEN, Stock
from .lab import Lab, outputs_of, write

HERE = "Python (WebAssembly)"
RUNS_ON = "import sys; sys.platform"


@pytest.fixture(scope="module")
def options(stock: Stock) -> list[str]:
    return ["--no-trash", *stock.options]


@pytest.fixture(scope="module")
def sent(person: BrowserContext) -> list[Request]:
    """All requests of the page."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    person.on("request", note)
    return requests


@pytest.fixture(scope="module")
def desk(person: BrowserContext, address: str, sent: list[Request]) -> Lab:  # noqa: ARG001  before it
    return Lab(person.new_page(), address)


@pytest.fixture
def notebook(lab: Lab, folder: Path, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A notebook and a kernel in the browser for each test."""
    name = f"{request.node.originalname}.ipynb"
    write(folder / name)
    lab.open(name)
    yield lab
    lab.tidy()


def test_one_picker_lists_the_kernels_of_both(notebook: Lab, stock: Stock) -> None:
    notebook.kernel_name.click()
    options = notebook.dialog.locator("select option")
    expect(options.filter(has_text=HERE).first).to_be_attached()
    expect(options.filter(has_text=stock.kernel).first).to_be_attached()
    notebook.answer("Cancel")


def test_a_notebook_is_switched_between_the_two_in_place(notebook: Lab, stock: Stock) -> None:
    notebook.says(RUNS_ON, "'emscripten'")
    notebook.switch(stock.kernel)
    notebook.says(RUNS_ON, "'linux'")
    [session] = stock.ask("GET", "api/sessions")
    assert session["path"] == "test_a_notebook_is_switched_between_the_two_in_place.ipynb"
    notebook.switch(HERE)
    notebook.says(RUNS_ON, "'emscripten'")
    assert stock.ask("GET", "api/sessions") == []
    assert stock.ask("GET", "api/kernels") == []


def test_a_server_kernel_is_interrupted_and_restarted(notebook: Lab, stock: Stock) -> None:
    notebook.switch(stock.kernel)
    cell = notebook.start("name = 1\nprint('begun')\nwhile True: pass")
    expect(outputs_of(cell).first).to_have_text("begun\n")
    notebook.menu("Kernel", "Interrupt Kernel")
    expect(outputs_of(cell).last).to_contain_text("KeyboardInterrupt")
    notebook.restart()
    notebook.is_idle()
    cell = notebook.enter("name")
    expect(outputs_of(cell)).to_contain_text("NameError")


def test_a_page_that_is_loaded_again_finds_the_session_on_the_server(
    notebook: Lab, stock: Stock, folder: Path
) -> None:
    notebook.switch(stock.kernel)
    notebook.enter("name = 'kept'")
    notebook.save()
    notebook.reload()
    [file] = [file.name for file in folder.glob("test_a_page_that_is_loaded*.ipynb")]
    notebook.open(file)
    expect(notebook.kernel_name).to_have_text(stock.kernel)
    notebook.says("name", "'kept'")


def test_a_session_that_another_client_began_is_joined(
    lab: Lab, folder: Path, stock: Stock
) -> None:
    write(folder / "joined.ipynb")
    stock.ask(
        "POST",
        "api/sessions",
        path="joined.ipynb",
        name="",
        type="notebook",
        kernel={"name": "python3"},
    )
    lab.open("joined.ipynb")
    lab.says(RUNS_ON, "'linux'")
    [session] = stock.ask("GET", "api/sessions")
    assert session["path"] == "joined.ipynb"
    lab.tidy()


def test_sessions_on_the_server_are_listed_and_shut_down(notebook: Lab, stock: Stock) -> None:
    notebook.switch(stock.kernel)
    notebook.side("Running Terminals and Kernels")
    running = notebook.page.locator("#jp-running-sessions .jp-RunningSessions-item")
    row = running.filter(has_text=re.compile(r"^test_sessions_on_the_server.*\([0-9a-f]{8}\)"))
    row.hover()
    row.locator(".jp-RunningSessions-itemShutdown").first.click()
    expect(row).to_have_count(0)
    assert stock.ask("GET", "api/kernels") == []
    notebook.side("File Browser")


def test_the_servers_token_never_reaches_the_page(lab: Lab, sent: list[Request]) -> None:
    assert TOKEN not in lab.page.content()
    assert any("/api/sessions" in request.url for request in sent)
    for request in sent:
        assert TOKEN not in request.url
        assert TOKEN not in str(request.headers)


def test_when_the_server_is_gone_the_page_says_so_and_goes_on(notebook: Lab, stock: Stock) -> None:
    stock.process.kill()
    toast = notebook.page.locator(".jp-Notification-Toast-error, .Toastify__toast--error")
    expect(toast.first).to_contain_text(f"The Jupyter Server at {stock.url.rstrip('/')}")
    notebook.says(RUNS_ON, "'emscripten'")

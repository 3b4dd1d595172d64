"""What of Python's program a start does not call comes later, or when a cell calls it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from ..serving import DEADLINE, serving
from .kernel import Desk, desk

DEFERRED = re.compile(r"/pyodide/deferred\.")
WAITS = """performance.getEntriesByType("resource").filter(({name, initiatorType}) =>
    initiatorType === "xmlhttprequest" && name.includes("/deferred.")).length"""
CAME = """["fetch deferred.wasm", "fetch the deferred module while Python waits"].some((step) =>
    performance.getEntriesByName(`wasmnb kernel: ${step}`).length)"""
LONG = "print('begun')\nfor number in range(5_000_000): pass"  # it is shown meanwhile
CALLS = "import decimal; decimal.Decimal(1) / 7"
RESULT = [("result", "Decimal('0.1428571428571428571428571429')")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Desk]:
    """A page in a browser that has fetched nothing yet."""
    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        yield desk(context.new_page(), address)


def only_if_waited_for(route: Route) -> None:
    """It does not come by itself."""
    if route.request.resource_type == "xhr":
        route.continue_()


def waits(opened: Desk) -> int:
    """How often Python has waited for it."""
    workers = [it for it in opened.page.workers if "/worker." in it.url]  # a spare is one, too
    return sum(worker.evaluate(WAITS) for worker in workers)


def test_a_start_and_first_cells_do_without_it(opened: Desk) -> None:
    opened.page.route(DEFERRED, only_if_waited_for)
    kernel = opened.start()
    assert kernel.run("1 + 1") == [("result", "2")]
    code = "import json\ndef f(x): return x * 2\nprint(json.dumps([f(1.5)]))"
    assert kernel.run(code) == [("stdout", "[3.0]\n")]
    assert kernel.run(LONG) == [("stdout", "begun\n")]
    assert waits(opened) == 0


def test_a_cell_that_calls_it_waits_for_it_once(opened: Desk) -> None:
    opened.page.route(DEFERRED, only_if_waited_for)
    kernel = opened.start()
    assert kernel.run(CALLS) == RESULT
    assert kernel.run(CALLS) == RESULT
    assert waits(opened) == 1


def test_where_it_cannot_be_fetched_a_call_ends_the_kernel_with_a_sentence(opened: Desk) -> None:
    opened.page.route(DEFERRED, only_if_waited_for)
    kernel = opened.start()
    opened.page.route(DEFERRED, lambda route: route.fulfill(status=503))
    told = opened.die(kernel, CALLS)
    assert "The server answered the request for the rest of Python with 503." in told


def test_python_that_is_busy_from_the_start_has_it_when_the_server_is_gone(
    browser: Browser, tmp_path: Path
) -> None:
    code = """print("begun")
try:
    while True: pass
except KeyboardInterrupt:
    value = complex("1e1+2j") ** 2, memoryview(b"abcd").cast("H").tolist()"""
    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        with serving(tmp_path) as address:
            opened = desk(context.new_page(), address)
            kernel = opened.start()
            with opened.page.expect_request_finished(lambda it: bool(DEFERRED.search(it.url))):
                kernel.begin(code)
        opened.page.evaluate("(id) => testKernels[id].interrupt()", kernel.id)
        assert kernel.run("value") == [("result", "((96+40j), [25185, 25699])")]
        assert waits(opened) == 1


def test_it_comes_by_itself(opened: Desk) -> None:
    kernel = opened.start()
    opened.page.wait_for_function(CAME)
    opened.page.route(DEFERRED, lambda route: route.abort())
    assert kernel.run(CALLS) == RESULT


def test_what_only_libraries_ask_for_is_found(opened: Desk) -> None:
    opened.page.route(DEFERRED, only_if_waited_for)
    kernel = opened.start()
    code = "import ctypes; ask = ctypes.pythonapi.PyLong_AsLong; ask(ctypes.py_object(7))"
    assert kernel.run(code) == [("result", "7")]
    code = (
        "ctypes.c_int.in_dll(ctypes.pythonapi, 'Py_Version').value == __import__('sys').hexversion"
    )
    assert kernel.run(code) == [("result", "True")]

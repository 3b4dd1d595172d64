"""Python waits for people and for time, and can be interrupted in it, also in poorer browsers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route

from ..interrupts import FINALIZER
from ..serving import DEADLINE, serving
from .kernel import NOTES, Kernel, desk

WAITS = {
    "sleep": "import time; print('begun'); time.sleep(600)",
    "await": "import asyncio; print('begun'); await asyncio.sleep(600)",
    "run": "import asyncio; print('begun'); asyncio.run(asyncio.sleep(600))",
    "input": "input('begun')",
}
BUSY = "print('begun')\nwhile True: pass"
STOPPED = ("error", "KeyboardInterrupt: ")


# These two start in one way alone, so they are no part of the roads.
@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture(scope="module")
def alone(browser: Browser, address: str) -> Iterator[Kernel]:
    """A kernel of a page that no header isolates, so that it shares no memory with its worker."""

    def plain(route: Route) -> None:
        answer = route.fetch()
        headers = {k: v for k, v in answer.headers.items() if not k.startswith("cross-origin-")}
        route.fulfill(response=answer, headers=headers)

    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        context.route(re.compile("/lab"), plain)
        page = desk(context.new_page(), address)
        assert page.page.evaluate("crossOriginIsolated") is False
        yield page.start()


@pytest.fixture(scope="module")
def rigid(browser: Browser, address: str) -> Iterator[Kernel]:
    """A kernel in a browser that cannot suspend WebAssembly."""

    def without_suspending(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer,
            body=f"delete WebAssembly.Suspending; delete WebAssembly.promising; {answer.text()}",
        )

    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        context.route(re.compile(r"/pyodide/worker"), without_suspending)
        yield desk(context.new_page(), address).start()


@pytest.mark.parametrize("wait", WAITS)
def test_a_wait_is_interrupted_without_shared_memory(wait: str, alone: Kernel) -> None:
    assert alone.interrupt(WAITS[wait])[-1] == STOPPED
    assert alone.run("1 + 1") == [("result", "2")]


def test_input_needs_no_shared_memory(alone: Kernel) -> None:
    assert alone.run("input('Who? ') + '!'", answers=["Ada"]) == [("result", "'Ada!'")]


def test_sleep_and_busy_code_are_interrupted_where_nothing_can_be_suspended(rigid: Kernel) -> None:
    for code in (WAITS["sleep"], WAITS["await"], BUSY):
        assert rigid.interrupt(code) == [("stdout", "begun\n"), STOPPED]
    assert rigid.run("time.sleep(0.01); 'slept'") == [("result", "'slept'")]


def test_input_says_what_it_lacks_where_nothing_can_be_suspended(rigid: Kernel) -> None:
    [(kind, told)] = rigid.run("input()", answers=[])
    assert kind == "error"
    assert told.startswith("StdinNotImplementedError: Python cannot wait here.")


def test_asyncio_run_says_what_it_lacks_there_and_await_needs_nothing(rigid: Kernel) -> None:
    [(kind, told)] = rigid.run("import asyncio\nasyncio.run(asyncio.sleep(0))")
    assert kind == "error"
    assert told.startswith("RuntimeError: Python cannot wait here.")
    assert rigid.run("await asyncio.sleep(0, 'slept')") == [("result", "'slept'")]


def test_the_snapshot_is_used_there_too(rigid: Kernel) -> None:
    assert rigid.page.evaluate(NOTES, "restore the memory") == [""]
    assert rigid.page.evaluate(NOTES, "no snapshot") == []


def test_a_long_loop_in_c_is_interrupted(kernel: Kernel) -> None:
    code = "import re\nprint('begun', flush=True)\nre.match('(a+)+b', 'a' * 64)"
    assert kernel.interrupt(code) == [("stdout", "begun\n"), STOPPED]


def test_what_was_printed_is_shown_while_code_is_busy(kernel: Kernel) -> None:
    for code in ("while True: pass", "import re\nre.match('(a+)+b', 'a' * 64)"):
        [shown, end] = kernel.interrupt(f"for i in range(50): print(i)\n{code}", until="49\n")
        assert shown == ("stdout", "".join(f"{i}\n" for i in range(50)))
        assert end == STOPPED


def test_a_hundred_interrupts_in_a_row_all_arrive(kernel: Kernel) -> None:
    for _ in range(100):
        assert kernel.interrupt(BUSY) == [("stdout", "begun\n"), STOPPED]


def test_messages_come_in_while_a_cell_sleeps(kernel: Kernel) -> None:
    kernel.run("import time")
    assert kernel.completes_meanwhile("print('begun'); time.sleep(600)", "time.slee") == ["sleep"]


def test_what_c_prints_stands_where_it_was_printed(kernel: Kernel) -> None:
    code = "import os\nprint('a')\nos.write(1, b'b\\n')\nprint('c')\nos.write(2, b'd\\n')\n1"
    outputs = kernel.run(code)
    assert ("stderr", "d\n") in outputs
    assert "".join(text for kind, text in outputs if kind == "stdout").split() == ["a", "b", "c"]


def test_an_error_in_javascript_is_shown(kernel: Kernel) -> None:
    code = "js.setTimeout(js.eval('() => { throw new Error(`from JS`) }'), 0)"
    shown = kernel.run(f"import js, asyncio; {code}; await asyncio.sleep(0.2)")
    assert shown == [("stderr", "JavaScript code in the kernel failed: from JS\n")]


def test_an_interrupt_that_meets_a_finalizer_is_not_lost(kernel: Kernel) -> None:
    assert kernel.interrupt(FINALIZER) == [("stdout", "begun\n"), STOPPED]

"""What goes wrong in a kernel is caused here, and is known to the page at once."""

import re

import pytest

from .kernel import Desk, Kernel

ENDED = "The kernel's worker has ended by itself, or the browser has ended it."


@pytest.fixture(scope="module")
def road() -> str:
    """They come long after the start."""
    return "from a snapshot"


def dies(desk: Desk, code: str) -> str:
    """The reason that the page has for the end of a kernel; it is then as good as new."""
    kernel = desk.start()
    kernel.run("kept = 1")
    reason = desk.die(kernel, code)
    kernel.revive()
    assert kernel.run("'kept' in globals()") == [("result", "False")]
    kernel.shut_down()
    return reason


def test_a_worker_that_is_gone_in_the_middle_of_a_cell_is_missed(page_of_kernels: Desk) -> None:
    code = "import asyncio, js\njs.self.close()\nawait asyncio.sleep(600)"
    assert dies(page_of_kernels, code) == ENDED


def test_a_worker_that_is_gone_before_python_is_there_is_missed(page_of_kernels: Desk) -> None:
    page, file = page_of_kernels.page, re.compile(r"/pyodide/lock\.")
    page.route(file, lambda _: page.workers[-1].evaluate("self.close()"))
    assert page_of_kernels.fail_to_start() == ENDED
    page.unroute(file)


def test_a_crash_of_python_is_told_with_its_reason(page_of_kernels: Desk) -> None:
    reason = dies(page_of_kernels, "import os\nos.abort()")
    assert reason.startswith("Python crashed: ")


def test_endless_recursion_is_an_error_of_the_cell(kernel: Kernel) -> None:
    [(kind, told)] = kernel.run("def f(): f()\nf()")
    assert kind == "error"
    assert told.startswith("RecursionError")
    assert kernel.run("1") == [("result", "1")]


def test_memory_that_is_used_up_is_an_error_of_the_cell_and_then_ends_the_kernel(
    page_of_kernels: Desk,
) -> None:
    kernel = page_of_kernels.start()
    more = "kept.append([0] * 100_000)"
    assert kernel.run(f"kept = []\nwhile True: {more}") == [("error", "MemoryError: ")]
    assert kernel.run("kept[0][0]") == [("result", "0")]
    reason = page_of_kernels.die(kernel, f"while True:\n try: {more}\n except MemoryError: pass")
    assert reason.startswith("Python has used all of its memory")
    kernel.revive()
    assert kernel.run("1") == [("result", "1")]
    kernel.shut_down()


GARBAGE = {
    "nothing": b"",
    "noise": bytes(range(256)) * 4,
    "a frame that claims too much": (2**40).to_bytes(8, "little") * 4,
    "text": b'{"header": {}}',
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE)
def test_garbage_gets_a_complaint_and_the_kernel_goes_on(data: bytes, kernel: Kernel) -> None:
    assert "received a message that it cannot read" in kernel.complaint_about(data)
    assert kernel.run("1") == [("result", "1")]

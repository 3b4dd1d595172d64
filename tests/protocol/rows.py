"""Which kernels the cases are played on: a row is a name and how a line to its kernel is opened."""

from collections.abc import Callable

import pytest
from wasmnb_zmq.kernelspec import NATIVE, WASM

from .line import InProcess, Line, OverZmq
from .page import InPage

type Open = Callable[[pytest.FixtureRequest], Line]

# The last: from then on, a browser is open.
IN_CHROMIUM = {"core in Chromium": "from a snapshot", "core from byte code": "from byte code"}


def in_page(request: pytest.FixtureRequest) -> Line:
    return InPage(request.getfixturevalue("page_of_kernels"))


ROWS: dict[str, Open] = {
    "core": lambda _: InProcess(),
    "core over ZMQ": lambda _: OverZmq(NATIVE),
    "core in Node": lambda _: OverZmq(WASM),
    "ipykernel": lambda _: OverZmq("python3"),
    **dict.fromkeys(IN_CHROMIUM, in_page),
}

"""Which kernels the cases are played on: a row is a name and how a line to its kernel is opened."""

from collections.abc import Callable

from wasmnb_zmq.kernelspec import NATIVE, WASM

from .line import InProcess, Line, OverZmq

ROWS: dict[str, Callable[[], Line]] = {
    "core": InProcess,
    "core over ZMQ": lambda: OverZmq(NATIVE),
    "core in Node": lambda: OverZmq(WASM),
    "ipykernel": lambda: OverZmq("python3"),
}

"""The kernel in a web worker: the one file that knows Pyodide and JavaScript."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Iterable
from contextlib import ExitStack
from types import FrameType
from typing import Protocol

import pyodide_js  # type: ignore[import-not-found]  # Pyodide has it, and the next one
from IPython.core.error import StdinNotImplementedError
from pyodide.ffi import can_run_sync, run_sync, to_js  # type: ignore[import-not-found]

from .ambient import ambient
from .host import PackagesNotLoaded
from .kernel import Kernel
from .message import MalformedMessage, decode

NO_SUSPENDING = (
    "Python cannot wait for an answer here: {why}. "
    "Chromium and Firefox have what it takes (JavaScript Promise Integration)."
)


class Bytes(Protocol):
    """A Uint8Array."""

    def to_bytes(self) -> bytes: ...


class Page(Protocol):
    """What the worker gives to reach the page by (kernels/pyodide/worker.ts)."""

    index: str | None

    def send(self, data: object, client: str | None) -> None: ...
    def sleep(self, seconds: float) -> None: ...
    def fail(self, reason: str) -> None: ...

"""Hooks around a memory snapshot: warm up and clean up before it, reinitialise after a restore."""

# How it works. The build starts one Python, makes a kernel (hosts/browser.py: `prepare`), warms it
# up, cleans up (`before_save`) and saves the memory. Every kernel of every reader starts from that
# memory: it restores it, makes its state its own (`after_restore`) and begins a session.
# What must stay true:
# - Nothing of the build's machine or time stays in the memory; the same inputs give the same bytes.
# - Nothing that must differ between processes is shared: random generators, ids, the time zone.
# - A clock may have gone back since the snapshot, as it counts from another process's start.
# - The hash seed is shared, as Python fixes it when it starts; text hashes alike in all kernels.
# The file format is in kernels/pyodide/wasm/snapshot.ts; the script that saves it is
# build/kernel/snapshot.ts.

import asyncio
import gc
import importlib
import linecache
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable

from ..handlers.table import new_kernel
from ..message import Content, Message, encode, header
from ..shell.preimport import UNSEEDED_GENERATORS
from .patches import patched

# Requests of nearly every session's first minute: their imports are then in the memory.
WARM_UP_REQUESTS: tuple[tuple[str, Content], ...] = (
    ("kernel_info_request", {}),
    ("execute_request", {"code": "print(1)\n2"}),
    ("execute_request", {"code": "1 / 0"}),
    ("execute_request", {"code": "class A:\n    def _repr_html_(self): return ''\nA()"}),
    ("is_complete_request", {"code": "def f():"}),
    ("complete_request", {"code": "%ti", "cursor_pos": 3}),
    ("inspect_request", {"code": "print", "cursor_pos": 5}),
    ("history_request", {"hist_access_type": "tail", "n": 1, "raw": True, "output": False}),
    ("comm_info_request", {}),
)


class NullHost:
    """A host that drops all messages (null object)."""

    def send(self, _data: bytes, _client: str | None) -> None:
        """Drop a message."""

    def ask(self, _data: bytes, _client: str) -> bytes:
        """Answer nothing."""
        raise EOFError

    async def load_packages(self, imports: Iterable[str]) -> None:
        """Load nothing."""

    def interrupt(self) -> None:
        """There is nothing to end."""

    def wake(self, seconds: float) -> None:
        """Nothing is shown."""

    def stop(self, restart: bool) -> None:
        """There is nothing to end."""


async def warm_up() -> None:
    """Run a kernel through typical requests, and close it."""
    kernel = new_kernel(NullHost(), processes=False)
    with patched(kernel):
        kernel.start()
        for msg_type, content in WARM_UP_REQUESTS:
            message = Message("shell", header(msg_type, "warm-up"), {}, {}, content)
            await kernel.receive(encode(message), "warm-up")
        await asyncio.sleep(0)
    kernel.close()


def before_save() -> None:
    """Remove state of the process that saves the memory."""
    os.environ.pop("PYTHONHASHSEED", None)
    sys.path.remove("")  # Pyodide puts it there at each start
    linecache.clearcache()
    importlib.invalidate_caches()
    gc.collect()


def after_restore() -> None:
    """Reinitialise per-process state: random numbers, time zone, start time."""
    random.seed()
    for numbers in UNSEEDED_GENERATORS:
        numbers.seed()
    tempfile._name_sequence = None  # type: ignore[attr-defined]  # has random numbers of its own
    _set_time_zone()
    logging._startTime = time.time_ns()  # type: ignore[attr-defined]  # records tell their age


def _set_time_zone() -> None:
    """`time.tzset`, which Emscripten's Python lacks."""
    year = time.localtime().tm_year
    january, july = (
        time.localtime(time.mktime((year, month, 1, 0, 0, 0, 0, 0, -1))) for month in (1, 7)
    )
    winter, summer = sorted((january, july), key=lambda there: there.tm_gmtoff)
    time.timezone, time.altzone = -winter.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(winter.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = (winter.tm_zone, summer.tm_zone)

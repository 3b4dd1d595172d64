"""A memory that is saved in one process and goes on in many: made ready before, made its own after.

Text hashes alike in all of them, as Python fixes its hash seed for good when it starts.
"""

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
from ..shell.preimport import UNSEEDED
from .patches import ambient

# What nearly every session asks in its first minute: what is imported for it is then in memory.
ASKED: tuple[tuple[str, Content], ...] = (
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


class Nowhere:
    """A host whose messages nobody reads."""

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
        """There is nobody to show anything to."""

    def stop(self, restart: bool) -> None:
        """There is nothing to end."""


async def warm() -> None:
    """Have a kernel do what kernels are asked for, and end it."""
    kernel = new_kernel(Nowhere(), processes=False)
    with ambient(kernel):
        kernel.start()
        for msg_type, content in ASKED:
            message = Message("shell", header(msg_type, "warm"), {}, {}, content)
            await kernel.receive(encode(message), "warm")
        await asyncio.sleep(0)
    kernel.close()


def tidy() -> None:
    """Leave behind what belongs to the place where the memory is saved."""
    os.environ.pop("PYTHONHASHSEED", None)
    sys.path.remove("")  # Pyodide puts it there at each start
    linecache.clearcache()
    importlib.invalidate_caches()
    gc.collect()


def forget_the_past() -> None:
    """Be a process of its own: with its own random numbers, time zone and beginning."""
    random.seed()
    for numbers in UNSEEDED:
        numbers.seed()
    tempfile._name_sequence = None  # type: ignore[attr-defined]  # has random numbers of its own
    _set_time_zone()
    logging._startTime = time.time_ns()  # type: ignore[attr-defined]  # records tell their age


def _set_time_zone() -> None:
    """What `time.tzset` does, where there is one."""
    year = time.localtime().tm_year
    january, july = (
        time.localtime(time.mktime((year, month, 1, 0, 0, 0, 0, 0, -1))) for month in (1, 7)
    )
    winter, summer = sorted((january, july), key=lambda there: there.tm_gmtoff)
    time.timezone, time.altzone = -winter.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(winter.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = (winter.tm_zone, summer.tm_zone)

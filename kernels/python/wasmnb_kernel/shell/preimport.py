"""Modules imported into a memory that is saved: a kernel that starts from it has them at once.

An import runs once then, elsewhere and earlier; so modules for which that makes a difference are
found here, and are not to be in it.
"""

import asyncio
import builtins
import gc
import importlib
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

type Import = tuple[str, Sequence[str]]
"""A module, and the names that are imported from it."""

# Random numbers that packages keep for themselves, and have not given a seed.
UNSEEDED: WeakSet[random.Random] = WeakSet()

# What is in the memory, though no cell has imported it yet.
BAKED: set[str] = set()

JAVASCRIPT = {"js", "pyodide", "pyodide_js"}
FILES = range(64)  # as many as an import may well leave open


def refused(imports: Iterable[Import], has_printed: Callable[[], bool]) -> dict[str, str]:
    """Import modules; why that must not be in a memory, by the top level of each that is refused.

    The memory of a process in which one was refused is not to be saved.
    """
    found: dict[str, str] = {}
    before = set(sys.modules)
    with _unseeded_noted():
        for module, names in imports:
            top = module.partition(".")[0]
            if top not in found and (reason := _obstacle(module, names, has_printed)):
                found[top] = reason
    BAKED.update(sys.modules.keys() - before)
    return found


def forget(tops: Collection[str]) -> None:
    """Have modules below these imported anew: their files have changed, or are gone."""
    for name in [name for name in BAKED if name.partition(".")[0] in tops]:
        BAKED.discard(name)
        sys.modules.pop(name, None)


def _obstacle(module: str, names: Sequence[str], has_printed: Callable[[], bool]) -> str | None:
    before = _surroundings()
    with _watched() as asked:
        try:
            __import__(module, fromlist=names)
        except BaseException as error:
            return f"fails there: {type(error).__name__}: {error}"
    if has_printed():
        return "prints something"
    if asked:
        return f"asks for what differs from reader to reader ({asked[0]})"
    changed = (what for what, value in _surroundings().items() if value != before[what])
    return next((f"changes {what}" for what in changed), None)


def _surroundings() -> dict[str, object]:
    """What an import ought to leave as it is."""
    importlib.invalidate_caches()  # importlib.metadata keeps an archive open
    gc.collect()
    return {
        "which files are open": [number for number in FILES if _is_open(number)],
        "the environment": dict(os.environ),
        "the working folder": Path.cwd(),
        "what signals do": [signal.getsignal(number) for number in signal.valid_signals()],
        "which tasks run": len(asyncio.all_tasks()),
        "which threads run": threading.active_count(),
    }


def _is_open(number: int) -> bool:
    with suppress(OSError):
        os.fstat(number)
        return True
    return False


@contextmanager
def _watched() -> Iterator[list[str]]:
    """Notes what is asked of JavaScript, and which numbers are drawn by chance, meanwhile."""
    asked: list[str] = []
    own_import, own_urandom = builtins.__import__, os.urandom

    def watched_import(name: str, *given: Any, **named: Any) -> Any:
        if name.partition(".")[0] in JAVASCRIPT:
            asked.append(name)
        return own_import(name, *given, **named)

    def watched_urandom(size: int, /) -> bytes:
        asked.append("os.urandom")
        return own_urandom(size)

    builtins.__import__, os.urandom = watched_import, watched_urandom
    try:
        yield asked
    finally:
        builtins.__import__, os.urandom = own_import, own_urandom


@contextmanager
def _unseeded_noted() -> Iterator[None]:
    """Notes random numbers that are made meanwhile."""
    own = random.Random.seed

    def noted(self: random.Random, a: Any = None, version: int = 2) -> None:
        (UNSEEDED.add if a is None else UNSEEDED.discard)(self)
        own(self, a, version)

    random.Random.seed = noted  # type: ignore[method-assign]
    try:
        yield
    finally:
        random.Random.seed = own  # type: ignore[method-assign]

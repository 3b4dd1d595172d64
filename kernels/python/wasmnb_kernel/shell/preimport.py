"""Imports modules into a snapshot, and rejects imports that have side effects.

Such an import runs once, on another machine and earlier. Modules for which that makes a difference
are detected here and left out of the snapshot.
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

# Random generators of packages without a fixed seed; seeded again after a restore.
UNSEEDED_GENERATORS: WeakSet[random.Random] = WeakSet()

# Modules in the snapshot that no cell has imported yet.
PREIMPORTED: set[str] = set()

JAVASCRIPT = {"js", "pyodide", "pyodide_js"}
FILES = range(64)  # more than any import leaves open


def preimport(imports: Iterable[Import], has_printed: Callable[[], bool]) -> dict[str, str]:
    """Import modules; the reasons against those with side effects, by top-level module.

    The memory of a process in which one was rejected must not be saved.
    """
    rejected: dict[str, str] = {}
    before = set(sys.modules)
    with _recording_generators():
        for module, names in imports:
            top = module.partition(".")[0]
            if top not in rejected and (reason := _side_effect(module, names, has_printed)):
                rejected[top] = reason
    PREIMPORTED.update(sys.modules.keys() - before)
    return rejected


def unload(tops: Collection[str]) -> None:
    """Remove preimported modules, as their files have changed or are gone."""
    for name in [name for name in PREIMPORTED if name.partition(".")[0] in tops]:
        PREIMPORTED.discard(name)
        sys.modules.pop(name, None)


def _side_effect(module: str, names: Sequence[str], has_printed: Callable[[], bool]) -> str | None:
    before = _process_state()
    with _recorded_access() as accesses:
        try:
            __import__(module, fromlist=names)
        except BaseException as error:
            return f"fails there: {type(error).__name__}: {error}"
    if has_printed():
        return "prints something"
    if accesses:
        return f"reads something that differs between readers ({accesses[0]})"
    changed = (what for what, value in _process_state().items() if value != before[what])
    return next((f"changes {what}" for what in changed), None)


def _process_state() -> dict[str, object]:
    """State that an import should not change."""
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
def _recorded_access() -> Iterator[list[str]]:
    """Records accesses to JavaScript and to random numbers."""
    accesses: list[str] = []
    own_import, own_urandom = builtins.__import__, os.urandom

    def watched_import(name: str, *given: Any, **named: Any) -> Any:
        if name.partition(".")[0] in JAVASCRIPT:
            accesses.append(name)
        return own_import(name, *given, **named)

    def watched_urandom(size: int, /) -> bytes:
        accesses.append("os.urandom")
        return own_urandom(size)

    builtins.__import__, os.urandom = watched_import, watched_urandom
    try:
        yield accesses
    finally:
        builtins.__import__, os.urandom = own_import, own_urandom


@contextmanager
def _recording_generators() -> Iterator[None]:
    """Records random generators that are created."""
    own = random.Random.seed

    def noted(self: random.Random, a: Any = None, version: int = 2) -> None:
        (UNSEEDED_GENERATORS.add if a is None else UNSEEDED_GENERATORS.discard)(self)
        own(self, a, version)

    random.Random.seed = noted  # type: ignore[method-assign]
    try:
        yield
    finally:
        random.Random.seed = own  # type: ignore[method-assign]

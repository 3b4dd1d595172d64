"""What a kernel changes around itself, and changes back."""

from __future__ import annotations

import builtins
import getpass
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import comm
from IPython.display import display

from ..handlers.comms import KernelComm
from ..lazy_imports import WORKING_FOLDER, Change, replaced, when_imported
from ..shell.tracebacks import coloured
from . import compat
from .stdin import Stdin

if TYPE_CHECKING:
    from ..kernel import Kernel

# As ipykernel has it: colours although no terminal is there, figures shown in the page.
ENVIRONMENT = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "CLICOLOR_FORCE": "1",
    "FORCE_COLOR": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}

CHOSEN = {"MPLBACKEND"}  # what stays as it is when someone has set it before


def _coloured() -> list[Change]:
    return [(vars(sys.modules["stack_data.core"]), {"_pygmented_with_ranges": coloured})]


def _debugged() -> list[Change]:
    from ..shell.debugger import Debugger  # noqa: PLC0415  # a start does not need it

    debugger, pdb = (sys.modules[name] for name in ("IPython.core.debugger", "pdb"))
    own = {"Pdb": Debugger}
    return [(vars(debugger), own), (vars(pdb), own | {"set_trace": debugger.set_trace})]


def _with_debugger() -> list[Change]:
    import_module("IPython.core.debugger")  # which has both changed
    return []


def _plotted() -> list[Change]:
    # Matplotlib before 3.9 looks there for what IPython from 9 on does not have any more.
    return [(vars(sys.modules["IPython.core.pylabtools"]), {"backend2gui": {}})]


# By the modules that they are about, which a start does not need.
LATER = {
    "stack_data.core": _coloured,
    "IPython.core.debugger": _debugged,
    "pdb": _with_debugger,
    "IPython.core.pylabtools": _plotted,
}


@contextmanager
def ambient(kernel: Kernel) -> Iterator[None]:
    """Let print, input, display and comms reach the kernel's clients while it is entered.

    Entered for as long as the kernel lives, as callbacks and tasks print between cells too.
    """
    stdin = Stdin(kernel)
    changes: list[Change] = [
        (vars(sys), {"stdout": kernel.streams.stdout, "stderr": kernel.streams.stderr}),
        (vars(sys), {"displayhook": kernel.shell.displayhook}),
        (vars(builtins), {"input": stdin.input, "display": display, "__IPYTHON__": True}),
        (vars(getpass), {"getpass": stdin.getpass}),
        (vars(comm), {"create_comm": partial(KernelComm, kernel)}),
        (vars(comm), {"get_comm_manager": lambda: kernel.comm_manager}),
        (sys.modules, compat.terminal()),
        (os.environ, ENVIRONMENT | {name: os.environ[name] for name in CHOSEN & os.environ.keys()}),
    ]
    with ExitStack() as stack:
        for owner, values in changes:
            stack.enter_context(replaced(owner, values))
        stack.enter_context(when_imported(LATER))
        stack.enter_context(_on_path(WORKING_FOLDER))
        stack.enter_context(_threads_belong())
        stack.enter_context(compat.tls())
        stack.enter_context(compat.timers())
        yield


@contextmanager
def _on_path(folder: str) -> Iterator[None]:
    if folder in sys.path:
        yield
        return
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)


@contextmanager
def _threads_belong() -> Iterator[None]:
    """What a thread puts out belongs to the cell that started it, as a task's does."""
    start = threading.Thread.start

    def start_in_context(self: threading.Thread) -> None:
        self.run = partial(copy_context().run, self.run)  # type: ignore[method-assign]
        start(self)

    threading.Thread.start = start_in_context  # type: ignore[method-assign]
    try:
        yield
    finally:
        threading.Thread.start = start  # type: ignore[method-assign]

"""What a kernel changes around itself, and changes back."""

from __future__ import annotations

import builtins
import getpass
import os
import pdb
import sys
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

import comm
import stack_data.core
from IPython.core import debugger, pylabtools
from IPython.display import display

from . import absent
from .comms import KernelComm
from .debugger import Debugger
from .stdin import Stdin
from .tracebacks import coloured

if TYPE_CHECKING:
    from .kernel import Kernel

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

WORKING_FOLDER = ""  # in sys.path: modules beside the notebook can be imported


@contextmanager
def ambient(kernel: Kernel) -> Iterator[None]:
    """Let print, input, display and comms reach the kernel's clients while it is entered.

    Entered for as long as the kernel lives, as callbacks and tasks print between cells too.
    """
    stdin = Stdin(kernel)
    changes: list[tuple[MutableMapping[str, Any], dict[str, Any]]] = [
        (vars(sys), {"stdout": kernel.streams.stdout, "stderr": kernel.streams.stderr}),
        (vars(sys), {"displayhook": kernel.shell.displayhook}),
        (vars(builtins), {"input": stdin.input, "display": display, "__IPYTHON__": True}),
        (vars(stack_data.core), {"_pygmented_with_ranges": coloured}),
        (vars(debugger), {"Pdb": Debugger}),
        (vars(pdb), {"Pdb": Debugger, "set_trace": debugger.set_trace}),
        # Matplotlib before 3.9 looks there for what IPython from 9 on does not have any more.
        (vars(pylabtools), {"backend2gui": {}}),
        (vars(getpass), {"getpass": stdin.getpass}),
        (vars(comm), {"create_comm": partial(KernelComm, kernel)}),
        (vars(comm), {"get_comm_manager": lambda: kernel.comm_manager}),
        (sys.modules, absent.terminal()),
        (os.environ, ENVIRONMENT | {name: os.environ[name] for name in CHOSEN & os.environ.keys()}),
    ]
    with ExitStack() as stack:
        for owner, values in changes:
            stack.enter_context(_replaced(owner, values))
        stack.enter_context(_on_path(WORKING_FOLDER))
        stack.enter_context(_threads_belong())
        stack.enter_context(absent.tls())
        stack.enter_context(absent.timers())
        yield


@contextmanager
def _replaced(owner: MutableMapping[str, Any], values: dict[str, Any]) -> Iterator[None]:
    before = {name: owner[name] for name in values if name in owner}
    owner.update(values)
    try:
        yield
    finally:
        for name in values:
            owner.pop(name, None)
        owner.update(before)


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

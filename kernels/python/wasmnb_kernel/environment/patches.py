"""Patches of process-global state (print, input, display, comms), undone on leaving."""

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
from ..lazy_imports import WORKING_FOLDER, Patch, patch_on_import, replaced
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

SET_BY_USER = {"MPLBACKEND"}  # a value that is there already stays


def _tracebacks() -> list[Patch]:
    return [(vars(sys.modules["stack_data.core"]), {"_pygmented_with_ranges": coloured})]


def _debugger() -> list[Patch]:
    from ..shell.debugger import Debugger  # noqa: PLC0415  # not needed at the start

    debugger, pdb = (sys.modules[name] for name in ("IPython.core.debugger", "pdb"))
    own = {"Pdb": Debugger}
    return [(vars(debugger), own), (vars(pdb), own | {"set_trace": debugger.set_trace})]


def _pdb() -> list[Patch]:
    import_module("IPython.core.debugger")  # patches both
    return []


def _pylabtools() -> list[Patch]:
    # Matplotlib before 3.9 imports this name, which IPython 9 has removed.
    return [(vars(sys.modules["IPython.core.pylabtools"]), {"backend2gui": {}})]


# Patches of modules that the start does not import, by module.
ON_IMPORT = {
    "stack_data.core": _tracebacks,
    "IPython.core.debugger": _debugger,
    "pdb": _pdb,
    "IPython.core.pylabtools": _pylabtools,
}


@contextmanager
def patched(kernel: Kernel) -> Iterator[None]:
    """Send print, input, display and comms to the kernel's clients while it is entered.

    Stays entered for the life of the kernel, as callbacks and tasks print between cells too.
    """
    stdin = Stdin(kernel)
    patches: list[Patch] = [
        (vars(sys), {"stdout": kernel.streams.stdout, "stderr": kernel.streams.stderr}),
        (vars(sys), {"displayhook": kernel.shell.displayhook}),
        (vars(builtins), {"input": stdin.input, "display": display, "__IPYTHON__": True}),
        (vars(getpass), {"getpass": stdin.getpass}),
        (vars(comm), {"create_comm": partial(KernelComm, kernel)}),
        (vars(comm), {"get_comm_manager": lambda: kernel.comm_manager}),
        (sys.modules, compat.terminal_module()),
        (
            os.environ,
            ENVIRONMENT | {name: os.environ[name] for name in SET_BY_USER & os.environ.keys()},
        ),
    ]
    with ExitStack() as stack:
        for owner, values in patches:
            stack.enter_context(replaced(owner, values))
        stack.enter_context(patch_on_import(ON_IMPORT))
        stack.enter_context(_on_path(WORKING_FOLDER))
        stack.enter_context(_threads_inherit_context())
        stack.enter_context(compat.tls_errors())
        stack.enter_context(compat.no_font_cache_warning())
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
def _threads_inherit_context() -> Iterator[None]:
    """Run threads in the context of the cell that started them, as tasks run."""
    start = threading.Thread.start

    def start_in_context(self: threading.Thread) -> None:
        self.run = partial(copy_context().run, self.run)  # type: ignore[method-assign]
        start(self)

    threading.Thread.start = start_in_context  # type: ignore[method-assign]
    try:
        yield
    finally:
        threading.Thread.start = start  # type: ignore[method-assign]

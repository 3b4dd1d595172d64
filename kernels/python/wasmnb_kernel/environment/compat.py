"""What the browser does not have is absent in the way that libraries expect."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from types import ModuleType

from IPython.core.interactiveshell import InteractiveShell

try:
    import ssl
except ImportError:  # Pyodide before 314 has it as a package
    ssl = None  # type: ignore[assignment]

NO_TLS = "Python in the browser has no TLS; fetch with pyodide.http.pyfetch, which the browser does"


class TerminalInteractiveShell(InteractiveShell):
    """What no shell here is: by it, sympy and others tell whether they are in a terminal."""


def terminal() -> dict[str, ModuleType]:
    """IPython's module for terminals, where what that needs is not installed."""
    if _has_terminal():
        return {}
    module = ModuleType("IPython.terminal.interactiveshell", __doc__)
    vars(module)["TerminalInteractiveShell"] = TerminalInteractiveShell
    return {module.__name__: module}


@cache  # a snapshot of the memory knows it: looking would have its start wait for the library
def _has_terminal() -> bool:
    return find_spec("prompt_toolkit") is not None


@contextmanager
def tls() -> Iterator[None]:
    """A connection with TLS fails as connections fail, where Pyodide raises a RuntimeError."""
    if ssl is None:
        yield
        return
    handshake = ssl.SSLSocket.do_handshake

    def fail_properly(self: ssl.SSLSocket, block: bool = False) -> None:
        try:
            handshake(self, block)
        except RuntimeError as error:
            raise ssl.SSLError(NO_TLS) from error

    ssl.SSLSocket.do_handshake = fail_properly  # type: ignore[method-assign]
    try:
        yield
    finally:
        ssl.SSLSocket.do_handshake = handshake  # type: ignore[method-assign]


FONTS = "Matplotlib is building the font cache"


@contextmanager
def timers() -> Iterator[None]:
    """Matplotlib says that of its font cache after five seconds; without threads, always."""
    logger = logging.getLogger("matplotlib.font_manager")

    def is_meant(record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith(FONTS)

    if sys.platform == "emscripten":
        logger.addFilter(is_meant)
    try:
        yield
    finally:
        logger.removeFilter(is_meant)

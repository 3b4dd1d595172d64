"""Compatibility shims: libraries find missing features missing in the way they expect."""

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
    """A class that no shell here is: sympy and others check for it to detect a terminal."""


def terminal_module() -> dict[str, ModuleType]:
    """A stand-in for IPython's terminal module where its dependencies are not installed."""
    if _has_terminal():
        return {}
    module = ModuleType("IPython.terminal.interactiveshell", __doc__)
    vars(module)["TerminalInteractiveShell"] = TerminalInteractiveShell
    return {module.__name__: module}


@cache  # kept in the snapshot: a lookup after the restore would fetch the library
def _has_terminal() -> bool:
    return find_spec("prompt_toolkit") is not None


@contextmanager
def tls_errors() -> Iterator[None]:
    """Make TLS connections fail with SSLError, where Pyodide raises a RuntimeError."""
    if ssl is None:
        yield
        return
    handshake = ssl.SSLSocket.do_handshake

    def fail_as_ssl_error(self: ssl.SSLSocket, block: bool = False) -> None:
        try:
            handshake(self, block)
        except RuntimeError as error:
            raise ssl.SSLError(NO_TLS) from error

    ssl.SSLSocket.do_handshake = fail_as_ssl_error  # type: ignore[method-assign]
    try:
        yield
    finally:
        ssl.SSLSocket.do_handshake = handshake  # type: ignore[method-assign]


FONT_CACHE_MESSAGE = "Matplotlib is building the font cache"


@contextmanager
def no_font_cache_warning() -> Iterator[None]:
    """Drop a warning of Matplotlib that comes after five seconds, but always without threads."""
    logger = logging.getLogger("matplotlib.font_manager")

    def is_true(record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith(FONT_CACHE_MESSAGE)

    if sys.platform == "emscripten":
        logger.addFilter(is_true)
    try:
        yield
    finally:
        logger.removeFilter(is_true)

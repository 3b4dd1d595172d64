"""Syntax highlighting of source lines in tracebacks, with one cached lexer.

stack_data, which IPython uses for it, makes a lexer class for each piece of source and compiles
all of Python's patterns again. That is half the time of a traceback, and so half the time between
an interrupt and its KeyboardInterrupt on the screen.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any


def coloured(formatter: Any, code: str, ranges: Iterable[tuple[int, int]]) -> list[str]:
    """The lines of code for a terminal; the ranges are offsets of the code that runs."""
    from pygments import format  # noqa: PLC0415  # a start does not need it

    return str(format(_marked(code, list(ranges)), formatter)).splitlines()


def _marked(code: str, ranges: list[tuple[int, int]]) -> Iterator[tuple[Any, str]]:
    at = 0
    for kind, text in _lexer().get_tokens(code):
        runs = any(start <= at < end for start, end in ranges)
        yield kind.ExecutingNode if runs else kind, text
        at += len(text)


@cache
def _lexer() -> Any:
    from pygments.lexers.python import PythonLexer  # noqa: PLC0415  # as above

    return PythonLexer(stripnl=False)

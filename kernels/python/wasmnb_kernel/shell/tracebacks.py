"""Source in tracebacks, coloured.

stack_data, which IPython has do it, makes a class of lexers anew for each piece of source, and
compiles all of Python's patterns with it. That is half the time of a traceback, and so half the
time that passes between an interrupt and its KeyboardInterrupt on the screen.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any


def coloured(formatter: Any, code: str, ranges: Iterable[tuple[int, int]]) -> list[str]:
    """The lines of code for a terminal; what runs stands between the offsets of the ranges."""
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

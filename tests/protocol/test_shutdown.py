"""The end of a kernel, on every kernel."""

from .cases import SHUTDOWN
from .line import Line
from .player import play


def test_shutdown_goes_as_expected(line: Line, row: str) -> None:
    if row not in SHUTDOWN.not_on:
        assert play(SHUTDOWN, line, row) == []

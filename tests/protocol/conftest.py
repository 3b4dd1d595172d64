"""A kernel for each row, which lives for all cases of a module."""

from collections.abc import Iterator

import pytest

from ..zmq.conftest import specs
from .line import Line
from .rows import ROWS

__all__ = ["line", "row", "specs"]


@pytest.fixture(scope="module", params=ROWS)
def row(request: pytest.FixtureRequest) -> str:
    """Which kernel is asked."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def line(row: str) -> Iterator[Line]:
    """A line to it."""
    line = ROWS[row]()
    yield line
    line.close()

"""A kernel for each row, which lives for all cases of a module."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from ..conftest import without_playwright
from ..worker.conftest import folder, page_of_kernels, token
from ..zmq.conftest import specs
from .line import Line
from .rows import IN_CHROMIUM, ROWS

__all__ = ["folder", "line", "page_of_kernels", "row", "specs", "token"]


@pytest.fixture(scope="module", params=ROWS)
def row(request: pytest.FixtureRequest) -> str:
    """Which kernel is asked."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def road(row: str) -> str:
    """How a worker's kernel starts."""
    return IN_CHROMIUM[row]


@pytest.fixture(scope="module")
def line(row: str, request: pytest.FixtureRequest) -> Iterator[Line]:
    """A line to it."""
    with nullcontext() if row in IN_CHROMIUM else without_playwright():
        line = ROWS[row](request)
    yield line
    with nullcontext() if row in IN_CHROMIUM else without_playwright():
        line.close()


@pytest.fixture(autouse=True)
def loop_of_its_own(row: str) -> Iterator[None]:
    """Every row but the browser's runs without a browser, though another test's is open."""
    with nullcontext() if row in IN_CHROMIUM else without_playwright():
        yield

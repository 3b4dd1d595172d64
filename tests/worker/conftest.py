"""A folder, the server over it, and the page: the same for all tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ..serving import DEADLINE, serving
from .kernel import Desk, Kernel, desk


@pytest.fixture(scope="module")
def token() -> str:
    return "a token of these tests"


@pytest.fixture(scope="module", params=["from a snapshot", "from byte code"])
def road(request: pytest.FixtureRequest) -> str:
    """How kernels start."""
    return str(request.param)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, road: str) -> Path:
    return tmp_path_factory.mktemp(road.replace(" ", "-"))


@pytest.fixture(scope="module")
def page_of_kernels(browser: Browser, folder: Path, token: str, road: str) -> Iterator[Desk]:
    served = serving(folder, "--token", token)
    with served as address, browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        yield desk(context.new_page(), address, road)


@pytest.fixture(scope="module")
def kernel(page_of_kernels: Desk) -> Kernel:
    """A kernel that works in the served folder itself."""
    return page_of_kernels.start()

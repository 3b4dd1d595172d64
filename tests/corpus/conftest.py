"""A page in front of a copy of the corpus, the same for all tests of a file."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser

from ..conftest import faultless
from ..notebook import Notebook
from ..serving import serving
from .notebooks import CORPUS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copytree(CORPUS, tmp_path_factory.mktemp("corpus") / "folder")


@pytest.fixture(scope="module")
def desk(folder: Path, browser: Browser) -> Iterator[Notebook]:
    # Some read what lies beside their folder.
    with serving(folder, "--kernel-files", "all") as address, browser.new_page() as page:
        yield Notebook(page, address)


@pytest.fixture
def notebook(desk: Notebook) -> Iterator[Notebook]:
    with faultless(desk.page):
        yield desk

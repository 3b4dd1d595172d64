"""Firefox."""

from collections.abc import Iterator

import pytest

from . import firefox
from .cases import (
    test_a_cell_of_a_site_finds_a_package_in_memory_also_without_a_network,
    test_a_compiled_package_is_in_the_memory_of_a_site,
    test_a_notebook_of_one_file_runs_from_a_disk_or_says_why_not,
    test_a_notebook_runs_and_is_interrupted,
    test_busy_code_is_interrupted,
)
from .tab import Tab

__all__ = [
    "test_a_cell_of_a_site_finds_a_package_in_memory_also_without_a_network",
    "test_a_compiled_package_is_in_the_memory_of_a_site",
    "test_a_notebook_of_one_file_runs_from_a_disk_or_says_why_not",
    "test_a_notebook_runs_and_is_interrupted",
    "test_busy_code_is_interrupted",
]

pytestmark = pytest.mark.skipif(not firefox.path(), reason="There is no Firefox.")


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with firefox.firefox() as tab:
        yield tab

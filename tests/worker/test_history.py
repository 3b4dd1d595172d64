"""The history of cells outlives kernels and pages, and stays in its folder."""

from pathlib import Path

import pytest

from .kernel import Desk, Kernel, desk


@pytest.fixture(scope="module")
def road() -> str:
    """The worker keeps it, whichever way its Python has started."""
    return "from a snapshot"


@pytest.fixture(scope="module")
def lines(page_of_kernels: Desk) -> Desk:
    """A page in which one kernel has run two cells, and has ended."""
    kernel = page_of_kernels.start()
    kernel.run("first = 'kept'")
    kernel.run("second = 'kept too'")
    kernel.shut_down()
    return page_of_kernels


def tail(kernel: Kernel) -> list[str]:
    """The latest cells of all sessions."""
    cells = kernel.history(hist_access_type="tail", n=10)
    return [code for _, _, code in cells]


def test_all_ways_to_ask_find_what_earlier_kernels_have_run(lines: Desk) -> None:
    kernel = lines.start()
    cells = kernel.history(hist_access_type="tail", n=2)
    session = cells[0][0]
    kept = [[session, 1, "first = 'kept'"], [session, 2, "second = 'kept too'"]]
    assert cells == kept
    assert kernel.history(hist_access_type="range", session=session, start=1, stop=3) == kept
    assert kernel.history(hist_access_type="range", session=-1, start=1, stop=3) == kept
    assert kernel.history(hist_access_type="search", pattern="second*", n=5) == kept[1:]
    assert kernel.prints("%history -g first") != ""
    kernel.shut_down()


def test_a_cell_is_kept_though_its_kernel_is_restarted_while_it_runs(lines: Desk) -> None:
    kernel = lines.start()
    kernel.begin("print('begun')\nwhile True: pass")
    kernel.restart()
    assert "print('begun')\nwhile True: pass" in tail(kernel)
    kernel.shut_down()


def test_a_page_that_is_opened_again_finds_it(lines: Desk) -> None:
    lines.page.reload()
    again = desk(lines.page, lines.page.url)
    kernel = again.start()
    assert "first = 'kept'" in tail(kernel)
    kernel.shut_down()


def test_another_folder_has_another(lines: Desk, folder: Path) -> None:
    (folder / "other").mkdir()
    kernel = lines.start("other")
    assert "first = 'kept'" not in tail(kernel)
    kernel.shut_down()

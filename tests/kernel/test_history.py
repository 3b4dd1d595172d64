"""The history of cells outlives a kernel where its host keeps it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmnb_kernel.host import HistoryUnavailable, Line

from .conftest import Talk
from .test_introspect import history


class Kept:
    """A history that is kept in a list, or cannot be kept."""

    def __init__(self, lines: Iterable[Line] = (), failure: str = "") -> None:
        self.lines = list(lines)
        self.failure = failure

    def load(self) -> Iterable[Line]:
        if self.failure:
            raise HistoryUnavailable(self.failure)
        return self.lines

    def keep(self, line: Line) -> None:
        if self.failure:
            raise HistoryUnavailable(self.failure)
        self.lines.append(line)


@contextmanager
def talking(home: Path, kept: Kept) -> Iterator[Talk]:
    """A client that talks to a kernel with that history."""
    talk = Talk(home, history=kept)
    try:
        yield talk
    finally:
        talk.end()


async def test_a_new_kernel_knows_the_cells_of_the_one_before(home: Path) -> None:
    kept = Kept()
    with talking(home, kept) as before:
        await before.run("a = 1")
        await before.run("%time b = 2")
        await before.run("hidden = 3", store_history=False)
    with talking(home, kept) as after:
        await after.run("c = 4")
        assert await history(after, "tail", n=9) == [
            [1, 1, "a = 1"],
            [1, 2, "%time b = 2"],
            [2, 1, "c = 4"],
        ]
        assert await history(after, "search", pattern="*b = 2") == [[1, 2, "%time b = 2"]]
        assert await history(after, "range", session=1) == [[1, 1, "a = 1"], [1, 2, "%time b = 2"]]
        assert "run_line_magic" in str(await history(after, "range", session=1, raw=False))
        assert await history(after, "range", session=-1, start=1, stop=2) == [[1, 1, "a = 1"]]


async def test_a_cell_is_kept_before_it_runs(home: Path) -> None:
    kept = Kept()
    with talking(home, kept) as talk:
        talk.kernel.shell.user_ns["kept"] = kept
        assert await talk.run("len(kept.lines)") == [("result", "1")]


async def test_what_cannot_be_kept_is_said_once(home: Path) -> None:
    with talking(home, Kept(failure="the disk is full.")) as talk:
        await talk.run("1")
        assert await talk.run("2") == [("result", "2")]
        (complaint,) = talk.sent("stream")
        assert complaint.content["text"] == (
            "The history of cells is not stored: the disk is full.\n"
        )

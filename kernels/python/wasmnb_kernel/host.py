"""What the kernel core needs from the place where it runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class PackagesNotLoaded(Exception):
    """Modules that a cell imports could not be made importable; the sentence says which and why."""


class Host(Protocol):
    """A worker, a ZMQ process or a test: it carries framed messages and waits for the kernel."""

    def send(self, data: bytes, client: str | None) -> None:
        """Carry one message in v1 framing to a client; None means every client (iopub)."""

    def ask(self, data: bytes, client: str) -> bytes:
        """Carry an input_request to a client and block until its input_reply arrives; both framed.

        Raises `IPython.core.error.StdinNotImplementedError` with a sentence that says what is
        lacking where waiting is impossible, and KeyboardInterrupt when the wait is interrupted.
        """

    async def load_packages(self, imports: Iterable[str]) -> None:
        """Make top-level modules importable that the kernel's distribution has.

        The names are those which a cell imports and which cannot be found; names that the
        distribution does not know are passed over. Raises `PackagesNotLoaded`.
        """

    def interrupt(self) -> None:
        """End what blocks the running cell here (`ask`, a sleep) with KeyboardInterrupt.

        Called when an interrupt_request arrives while no `await` of the cell is pending.
        """

    def wake(self, seconds: float) -> None:
        """Have the kernel's streams show what waits after that time, though code be busy then."""

    def stop(self, restart: bool) -> None:
        """End the kernel: a client or a cell has asked for it, and every client was told."""


type Line = tuple[int, int, str, str]
"""A cell in the history: session, number in it, code as Python ran it, code as it was written."""


class HistoryNotKept(Exception):
    """The history cannot be read or written; the sentence says why."""


class History(Protocol):
    """Where the history of cells outlives the kernel. Either method may raise `HistoryNotKept`."""

    def load(self) -> Iterable[Line]:
        """What was kept before, the oldest first; asked for once, when the kernel starts."""

    def keep(self, line: Line) -> None:
        """Keep one more."""


@dataclass(frozen=True)
class PackageSources:
    """Where %pip finds packages when it runs in the kernel itself, through micropip.

    Wheels in a folder `wheels` beside the notebook are found first, then such ones at the root.
    """

    root: Path | None = None
    """Where the user's files begin."""
    index_urls: tuple[str, ...] = ()
    """Package indexes, in the order in which they are asked; none means micropip's own."""
    ready: Mapping[str, str] = field(default_factory=dict)
    """What is kept beside the kernel, with its version: for it no index is asked."""

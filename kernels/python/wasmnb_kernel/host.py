"""The interfaces through which the kernel core reaches its surroundings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class PackagesNotLoaded(Exception):
    """Packages that a cell imports could not be loaded; the sentence says which and why."""


class Host(Protocol):
    """A worker, a ZMQ process or a test: it carries framed messages and waits for the kernel."""

    def send(self, data: bytes, client: str | None) -> None:
        """Carry one message in v1 framing to a client; None means every client (iopub)."""

    def ask(self, data: bytes, client: str) -> bytes:
        """Carry an input_request to a client and block until its input_reply arrives; both framed.

        Raises `IPython.core.error.StdinNotImplementedError` with a sentence that says what is
        missing where waiting is impossible, and KeyboardInterrupt when the wait is interrupted.
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
        """Flush the kernel's streams after that time, even if code is still busy."""

    def stop(self, restart: bool) -> None:
        """End the kernel, at the request of a client or a cell; all clients were notified."""


type Line = tuple[int, int, str, str]
"""A cell in the history: session, number in it, code as Python ran it, code as it was written."""


class HistoryUnavailable(Exception):
    """The history cannot be read or written; the sentence says why."""


class History(Protocol):
    """Storage for the history of cells. Either method may raise `HistoryUnavailable`."""

    def load(self) -> Iterable[Line]:
        """The stored cells, oldest first; called once, when the kernel starts."""

    def keep(self, line: Line) -> None:
        """Store one more cell."""


@dataclass(frozen=True)
class PackageSources:
    """Sources of packages for %pip where it runs in the kernel itself, through micropip.

    The folder `wheels` next to the notebook comes first, then the folder `wheels` at the root.
    """

    root: Path | None = None
    """The root of the user's files."""
    index_urls: tuple[str, ...] = ()
    """Package indexes, in the order in which they are asked; none means micropip's own."""
    ready: Mapping[str, str] = field(default_factory=dict)
    """Packages that come with the kernel, with their versions; no index is asked for them."""

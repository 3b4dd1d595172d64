"""What the worker is for Python: objects of JavaScript, by what is asked of them."""

from typing import Protocol


class Bytes(Protocol):
    """A Uint8Array."""

    def to_bytes(self) -> bytes:
        """A copy that Python owns."""


class Environment(Protocol):
    """An object of texts."""

    def to_py(self) -> dict[str, str]:
        """A copy that Python owns."""


class Lines(Protocol):
    """An array of pairs of texts."""

    def to_py(self) -> list[tuple[str, str]]:
        """A copy that Python owns."""


class Listener(Protocol):
    """Who hears what a kernel says."""

    def send(self, data: object, client: str | None) -> None:
        """Post one framed message."""

    def wake(self, seconds: float) -> None:
        """Send a SIGIO after that time, should Python be busy then."""

    def printed(self) -> Lines | None:
        """What was written to file descriptors since the last call; None if nothing was."""


class Nobody:
    """Hears that something is said, before there is a page."""

    def __init__(self) -> None:
        self._heard = False

    def has_heard(self) -> bool:
        """Whether anything was said since the last call."""
        heard, self._heard = self._heard, False
        return heard

    def send(self, _data: object, _client: str | None) -> None:
        """Drop a message."""
        self._heard = True

    def wake(self, seconds: float) -> None:
        """There is nobody to show anything to."""

    def printed(self) -> None:
        """Nothing was."""


class Page(Listener, Protocol):
    """The way to the page (kernels/pyodide/worker/index.ts)."""

    index: str | None
    env: Environment

    def sleep(self, seconds: float) -> None:
        """Keep all in the worker waiting, until a signal comes, which Python then meets."""

    def signal(self) -> None:
        """Let the signal that has come come again in a moment."""

    def keep(self, cell: object) -> None:
        """Keep a cell for kernels to come."""

    def fail(self, reason: str) -> None:
        """End the kernel and say why."""


class Cells(Protocol):
    """An array of cells."""

    def to_py(self) -> list[tuple[int, int, str, str]]:
        """A copy that Python owns."""

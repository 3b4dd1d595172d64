"""Types of the JavaScript objects that Python gets from the worker."""

from typing import Protocol


class Bytes(Protocol):
    """A Uint8Array."""

    def to_bytes(self) -> bytes:
        """A copy that Python owns."""


class Environment(Protocol):
    """An object whose values are strings."""

    def to_py(self) -> dict[str, str]:
        """A copy that Python owns."""


class Lines(Protocol):
    """An array of pairs of strings."""

    def to_py(self) -> list[tuple[str, str]]:
        """A copy that Python owns."""


class Listener(Protocol):
    """The receiver of a kernel's messages."""

    def send(self, data: object, client: str | None) -> None:
        """Post one framed message."""

    def wake(self, seconds: float) -> None:
        """Send a SIGIO after that time, should Python be busy then."""

    def printed(self) -> Lines | None:
        """Output to file descriptors since the last call; None if there was none."""


class NullPage:
    """A listener that only records whether something was sent (null object)."""

    def __init__(self) -> None:
        self._sent = False

    def was_sent(self) -> bool:
        """Whether anything was sent since the last call."""
        sent, self._sent = self._sent, False
        return sent

    def send(self, _data: object, _client: str | None) -> None:
        """Drop a message."""
        self._sent = True

    def wake(self, seconds: float) -> None:
        """Nothing is shown."""

    def printed(self) -> None:
        """None was."""


class Page(Listener, Protocol):
    """The worker's interface for Python (kernels/pyodide/worker/index.ts)."""

    index: str | None
    env: Environment

    def sleep(self, seconds: float) -> None:
        """Block the worker until a signal comes, which Python then handles."""

    def signal(self) -> None:
        """Send the signal again in a moment."""

    def keep(self, cell: object) -> None:
        """Store a cell for later kernels."""

    def fail(self, reason: str) -> None:
        """End the kernel and say why."""


class Cells(Protocol):
    """An array of cells."""

    def to_py(self) -> list[tuple[int, int, str, str]]:
        """A copy that Python owns."""

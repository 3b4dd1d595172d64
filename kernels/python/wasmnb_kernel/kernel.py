"""The kernel: a message comes in, the messages that answer it go out."""

from collections.abc import Coroutine
from typing import Any

from .host import Host
from .message import Buffer


class Kernel:
    """IPython behind the Jupyter message protocol; there is one in a process at a time."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def start(self) -> None:
        """Begin a session and tell every client so; after a snapshot is restored, not before."""

    def receive(self, data: Buffer, client: str) -> Coroutine[Any, Any, None]:
        """Take one framed message from a client now; awaited, it is handled in its turn.

        It may be called at any time, also while earlier messages are still being handled.
        """
        raise NotImplementedError

    def interrupt(self) -> None:
        """Stop the running cell with KeyboardInterrupt where it awaits or where the host waits."""

    def close(self) -> None:
        """Give back what the kernel holds, so that another one can be made in this process."""

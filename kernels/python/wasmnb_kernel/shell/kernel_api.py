"""The part of the kernel that its shell uses."""

from collections.abc import Iterable
from typing import Protocol

from ..host import History, Host, PackageSources
from ..io.rate_limit import RateLimit
from ..message import Buffer, Content


class ShellKernel(Protocol):
    """The kernel of a shell (`wasmnb_kernel.kernel.Kernel`)."""

    host: Host
    packages: PackageSources | None
    history: History | None
    processes: bool
    rate_limit: RateLimit

    def publish(
        self,
        msg_type: str,
        content: Content,
        *,
        metadata: Content | None = None,
        buffers: Iterable[Buffer] = (),
    ) -> None:
        """Send a message to every client, in order with what was printed before."""

    def complain(self, sentence: str) -> None:
        """Report on stderr a problem outside of user code."""

    def get_parent(self) -> Content:
        """The message that is the parent of what is published now."""

    def set_parent(self, parent: Content) -> None:
        """Let another message be the parent of what is published from here on."""


class HasKernel(Protocol):
    """A shell, as far as its history needs it."""

    kernel: ShellKernel

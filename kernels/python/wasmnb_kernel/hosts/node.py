"""The kernel in a thread of Node, which it blocks to wait: Python cannot be suspended there."""

import errno
import os
import socket
from typing import Protocol

from .browser import Browser, BrowserHost, _is_answer
from .js_types import Bytes, Page

POLL_SECONDS = 0.02  # between checks for a reply


class Received(Protocol):
    """A message from the other thread (kernels/zmq/node/pipe-protocol.ts)."""

    client: str
    bytes: Bytes


class Thread(Page, Protocol):
    """The interface to the other thread (kernels/zmq/node/python.ts)."""

    def take(self) -> Received | None:
        """The next message, if any; it is delivered again when Python no longer waits."""

    def done(self, received: Received) -> None:
        """Prevent a message from being delivered again."""


class NodeHost(BrowserHost):
    """The host in a thread of Node."""

    _page: Thread

    def ask(self, data: bytes, client: str) -> bytes:
        """Post an input_request, and block until its reply comes."""
        self.send(data, client)
        while True:
            while received := self._page.take():
                message = received.bytes.to_bytes()
                if _is_answer(message):
                    self._page.done(received)
                    return message
            self._page.sleep(POLL_SECONDS)

    def sleep(self, seconds: float) -> None:
        """`time.sleep` that a signal ends."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self.flush()
        self._page.sleep(seconds)


def start(thread: Thread) -> Browser:
    """Start the kernel in this thread."""
    kernel = Browser(NodeHost())
    kernel.enter(thread)
    socket.socket.listen = _listen  # type: ignore[method-assign]
    return kernel


def _listen(_socket: object, _backlog: int = 0, /) -> None:
    """Fail as in a browser. Emscripten would need an npm package, and crash without it."""
    raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

"""The kernel in a thread of Node: as Python cannot be suspended there, it blocks its thread."""

import errno
import os
import socket
from typing import Protocol

from .browser import Browser, BrowserHost, _is_answer
from .js_types import Bytes, Page

PATIENCE = 0.02  # seconds between looks for an answer


class Said(Protocol):
    """What has come in from the other thread (kernels/zmq/node/talk.ts)."""

    client: str
    bytes: Bytes


class Thread(Page, Protocol):
    """The way to the other thread (kernels/zmq/node/python.ts)."""

    def take(self) -> Said | None:
        """The next message, if there is one; it comes in again when Python waits no more."""

    def done(self, said: Said) -> None:
        """Have a message not come in again."""


class NodeHost(BrowserHost):
    """A thread of Node around the kernel core."""

    _page: Thread

    def ask(self, data: bytes, client: str) -> bytes:
        """Post a question, and block until its answer is there."""
        self.send(data, client)
        while True:
            while said := self._page.take():
                message = said.bytes.to_bytes()
                if _is_answer(message):
                    self._page.done(said)
                    return message
            self._page.sleep(PATIENCE)

    def sleep(self, seconds: float) -> None:
        """`time.sleep`, which a signal ends."""
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
    """As in a browser. Emscripten would want a package of Node's, without which Pyodide ends."""
    raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

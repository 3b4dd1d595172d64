"""stdout and stderr: text is batched into few messages, with a short delay."""

import asyncio
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from ..message import Content

PENDING_BYTES = 64 * 1024  # this much is sent at once
PENDING_SECONDS = 0.05  # the longest delay of text
BURST = 16  # token bucket: messages that may be sent before they are PENDING_SECONDS apart

type Publish = Callable[[str, Content, Content], None]
"""Sends a message of a type, with a content, caused by a parent, to every client."""


@dataclass
class _Pending:
    name: str
    parent: Content
    since: float
    texts: list[str] = field(default_factory=list)
    size: int = 0


class Streams:
    """stdout and stderr, which share one buffer so that their order is preserved."""

    def __init__(
        self,
        publish: Publish,
        parent: Callable[[], Content],
        throttle: Callable[[], None],
        wake: Callable[[float], None],
    ) -> None:
        self._publish = publish
        self._parent = parent
        self._throttle = throttle
        self._wake = wake
        self._lock = threading.RLock()  # threads print, too
        self._pending: _Pending | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._sent = False  # since the last throttling
        self._credit = float(BURST)
        self._credited = time.monotonic()
        self.stdout = Stream("stdout", self)
        self.stderr = Stream("stderr", self)

    def write(self, name: str, text: str) -> None:
        """Buffer text of a stream; send the buffer when it is large or old enough."""
        if not text:
            return
        with self._lock:
            pending = self._pending
            # print() calls this twice for every line: it has to be fast.
            if pending is None or pending.name != name or pending.parent is not self._parent():
                pending = self._begin(name)
            pending.texts.append(text)
            pending.size += len(text)
            now = time.monotonic()
            settled = text[-1] == "\n" or now - pending.since > PENDING_SECONDS
            if pending.size >= PENDING_BYTES or (settled and self._has_credit(now)):
                self.flush()
            elif self._timer is None:
                self._flush_later()
        if self._sent:
            self._sent = False
            self._throttle()  # without the lock: others print while Python is suspended

    def flush(self) -> None:
        """Send the buffer now."""
        with self._lock:
            pending, self._pending = self._pending, None
            if self._timer:
                self._timer.cancel()
                self._timer = None
            if pending:
                self._credit = max(0, self._credit - 1)
                content = {"name": pending.name, "text": "".join(pending.texts)}
                self._publish("stream", content, pending.parent)
                self._sent = True

    def woken(self, frame: FrameType | None) -> None:
        """Send the buffer from a signal handler that interrupted a frame."""
        while frame and frame.f_globals is not globals():
            frame = frame.f_back
        if frame:  # a write is in progress
            self._wake(PENDING_SECONDS)
        else:
            self.flush()

    def _begin(self, name: str) -> _Pending:
        """Send the buffer and start another, for a stream or parent of its own."""
        self.flush()
        self._pending = _Pending(name, self._parent(), time.monotonic())
        return self._pending

    def _has_credit(self, now: float) -> bool:
        """Whether the token bucket allows one more message now."""
        # The clock went back if a memory snapshot was restored.
        passed = max(0, now - self._credited)
        self._credit, self._credited = min(BURST, self._credit + passed / PENDING_SECONDS), now
        return self._credit >= 1

    def _flush_later(self) -> None:
        self._wake(PENDING_SECONDS)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a thread without a loop: the cell's end, or more text, sends it
            return
        self._timer = loop.call_later(PENDING_SECONDS, self.flush)


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of user code."""

    encoding = "UTF-8"
    errors = "strict"

    def __init__(self, name: str, streams: Streams) -> None:
        self.name = f"<{name}>"
        self._name = name
        self._streams = streams

    def write(self, text: str, /) -> int:
        """Write text; anything else is refused, as by any text stream."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._streams.write(self._name, text)
        return len(text)

    def flush(self) -> None:
        """Send the buffer now."""
        self._streams.flush()

    def writable(self) -> bool:
        """Always true."""
        return True

    def close(self) -> None:
        """Keep the stream open, as code that closes the kernel's output would end all output."""
        self.flush()

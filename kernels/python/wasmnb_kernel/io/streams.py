"""What is printed, gathered into few messages without holding any of it back for long."""

import asyncio
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from ..message import Content

PENDING_BYTES = 64 * 1024  # so much goes out at once, whatever the time
PENDING_SECONDS = 0.05  # so long may text wait for more
BURST = 16  # so many messages may go out before they are spaced by PENDING_SECONDS

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
    """stdout and stderr, which share one line of waiting text so that their order stays true."""

    def __init__(
        self,
        publish: Publish,
        parent: Callable[[], Content],
        hold: Callable[[], None],
        wake: Callable[[float], None],
    ) -> None:
        self._publish = publish
        self._parent = parent
        self._hold = hold
        self._wake = wake
        self._lock = threading.RLock()  # code in threads prints too, where there are threads
        self._pending: _Pending | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._sent = False  # since the last time that a writer was held back
        self._credit = float(BURST)
        self._credited = time.monotonic()
        self.stdout = Stream("stdout", self)
        self.stderr = Stream("stderr", self)

    def write(self, name: str, text: str) -> None:
        """Take text that was written to a stream; send it when enough or old enough."""
        if not text:
            return
        with self._lock:
            pending = self._pending
            # This far, print() comes twice for every line: it is kept short.
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
            self._hold()  # without the lock: where Python can be suspended, others print meanwhile

    def flush(self) -> None:
        """Send what waits, now."""
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
        """Send what waits, from a signal handler that has come in the middle of a frame."""
        while frame and frame.f_globals is not globals():
            frame = frame.f_back
        if frame:  # a write is half done
            self._wake(PENDING_SECONDS)
        else:
            self.flush()

    def _begin(self, name: str) -> _Pending:
        """Text to which more can be added, after what waits and cannot be added to was sent."""
        self.flush()
        self._pending = _Pending(name, self._parent(), time.monotonic())
        return self._pending

    def _has_credit(self, now: float) -> bool:
        """Whether one more message may go out before PENDING_SECONDS have passed."""
        # A clock that went back is that of another process: a memory snapshot was restored.
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
        """Hand the text on; other than text is refused as by any text stream."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._streams.write(self._name, text)
        return len(text)

    def flush(self) -> None:
        """Send what was written so far, now."""
        self._streams.flush()

    def writable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Keep the stream open, as code that closes the kernel's output would end all output."""
        self.flush()

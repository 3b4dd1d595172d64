"""The kernel core as a process of plain CPython, with framed messages on its standard streams.

Each message is preceded by the length of its client's name and its own; the kernel tells every
client what it sends to the client without a name.
"""

import asyncio
import os
import signal
import struct
import sys
import threading
from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from types import FrameType
from typing import BinaryIO

from wasmnb_kernel.environment.patches import patched
from wasmnb_kernel.handlers.table import new_kernel
from wasmnb_kernel.message import MalformedMessage, decode

LENGTHS = struct.Struct("<IQ")


class PipeHost:
    """A process whose standard streams lead to its clients."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._writing = threading.Lock()
        self.replies = SimpleQueue[bytes]()
        self.stopped = asyncio.Event()

    def send(self, data: bytes, client: str | None) -> None:
        name = (client or "").encode()
        with self._writing:
            self._out.write(LENGTHS.pack(len(name), len(data)) + name + data)
            self._out.flush()

    def ask(self, data: bytes, client: str) -> bytes:
        self.send(data, client)
        return self.replies.get()

    async def load_packages(self, imports: Iterable[str]) -> None:
        """Whatever there is, is installed."""

    def interrupt(self) -> None:
        raise KeyboardInterrupt  # we are in a signal handler, in the midst of what blocks

    def wake(self, seconds: float) -> None:
        """What waits is shown when the loop goes on."""

    def stop(self, restart: bool) -> None:  # noqa: ARG002 the page starts the next one, if any
        self.stopped.set()


def frames(source: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Each message that comes in, with its client."""
    while head := source.read(LENGTHS.size):
        name_length, length = LENGTHS.unpack(head)
        yield source.read(name_length).decode(), source.read(length)


def channel(data: bytes) -> str:
    """The channel of a message; what cannot be read is the kernel's to complain about."""
    try:
        return decode(data).channel
    except MalformedMessage:
        return ""


async def main() -> None:
    """Serve until the kernel is told to stop, or until there is nobody to serve."""
    loop = asyncio.get_running_loop()
    host = PipeHost(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # what code writes past sys.stdout is no message
    kernel = new_kernel(host)
    tasks = set[asyncio.Task[None]]()

    def receive(data: bytes, client: str) -> None:
        task = asyncio.ensure_future(kernel.receive(data, client))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def read() -> None:
        for client, data in frames(sys.stdin.buffer):
            if channel(data) == "stdin":
                host.replies.put(data)
            else:
                loop.call_soon_threadsafe(receive, data, client)
        os._exit(0)

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(lambda: None)  # wakes a loop that sleeps
        kernel.interrupt()

    signal.signal(signal.SIGINT, interrupt)
    with patched(kernel):
        kernel.start()
        threading.Thread(target=read, daemon=True).start()
        await host.stopped.wait()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())

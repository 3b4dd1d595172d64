"""A line between browser and server: it counts what comes down, and is as slow as one wishes."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

CHUNK = 64 * 1024


@dataclass(frozen=True)
class Speed:
    """Megabits per second that come down (0: no limit), and milliseconds there and back."""

    megabits: float = 0
    round_trip: float = 0


class Line:
    """Forwards connections from its own port to the server's; one speed for all together."""

    def __init__(self, server: int, speed: Speed) -> None:
        self._server = server
        self._speed = speed
        self._free = 0.0  # when the line has sent all that is under way
        self.port = 0
        self.received = 0  # bytes that came down

    async def open(self) -> asyncio.Server:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _connected(self, browser: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        server, request = await asyncio.open_connection("127.0.0.1", self._server)
        await asyncio.gather(
            self._carry(browser, request, down=False), self._carry(server, answer, down=True)
        )

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, down: bool
    ) -> None:
        """What is sent arrives in order, each piece at its time; more can be sent meanwhile."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(self._arrive(under_way, target))
        with contextlib.suppress(ConnectionError):
            while data := await source.read(CHUNK):
                under_way.put_nowait((self._time(len(data), down=down), data))
        under_way.put_nowait((0, b""))
        await arriving

    async def _arrive(
        self, under_way: asyncio.Queue[tuple[float, bytes]], target: asyncio.StreamWriter
    ) -> None:
        now = asyncio.get_running_loop().time
        with contextlib.suppress(ConnectionError):
            while (piece := await under_way.get())[1]:
                await asyncio.sleep(max(0, piece[0] - now()))
                target.write(piece[1])
                await target.drain()
            target.close()

    def _time(self, size: int, *, down: bool) -> float:
        """When a piece that is sent now will have arrived."""
        now = asyncio.get_running_loop().time()
        if down:
            self.received += size
        if down and self._speed.megabits:
            now = self._free = max(now, self._free) + size * 8e-6 / self._speed.megabits
        return now + self._speed.round_trip / 2000


@contextmanager
def line(server: int, speed: Speed) -> Iterator[Line]:
    """A line to the server at that port of this computer, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        opened = Line(server, speed)
        asyncio.run_coroutine_threadsafe(opened.open(), loop).result()
        yield opened
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

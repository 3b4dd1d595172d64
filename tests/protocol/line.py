"""Lines to a kernel: the little that a driver has to do, here in this process and over ZMQ."""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import zmq
from wasmnb_kernel.environment.patches import patched
from wasmnb_kernel.handlers.table import new_kernel
from wasmnb_kernel.message import Message, decode, encode, header
from wasmnb_zmq.connection import Connection
from wasmnb_zmq.wire import Wire

from ..ports import manager

DEADLINE = 30  # seconds
ASKED = ("shell", "control", "stdin")


class Silence(Exception):
    """A message was waited for that does not come."""


class Line(Protocol):
    """One client's line to one kernel."""

    answers: deque[str]
    """What the person will type, whenever asked."""

    def send(self, message: Message) -> None:
        """Send a message."""

    def receive(self) -> Message:
        """The next message on whatever channel; one that asks the person is answered as well."""

    def listening(self) -> AbstractContextManager[None]:
        """Entered while a case is played."""

    def close(self) -> None:
        """End the kernel, if nobody else has."""


class InProcess:
    """The core in this process; it is its own host."""

    def __init__(self) -> None:
        self.answers: deque[str] = deque()
        self._loop = asyncio.new_event_loop()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._handling: set[asyncio.Task[None]] = set()
        self._kernel = new_kernel(self)
        self._kernel.start()

    def send(self, message: Message | bytes, client: str | None = "client") -> None:
        """To the kernel, a message; from the kernel, its bytes."""
        if isinstance(message, bytes):
            assert message is not None and client in (None, "client")
            self._sent.put_nowait(decode(message))
            return
        task = self._loop.create_task(self._kernel.receive(encode(message), "client"))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)

    def receive(self) -> Message:
        try:
            return self._loop.run_until_complete(asyncio.wait_for(self._sent.get(), DEADLINE))
        except TimeoutError:
            raise Silence from None

    def ask(self, data: bytes, client: str) -> bytes:
        question = decode(data)
        self.send(data, client)
        return encode(answer(question, self.answers.popleft()))

    async def load_packages(self, imports: Iterable[str]) -> None:
        """There are none."""

    def interrupt(self) -> None:
        """Nothing blocks."""

    def wake(self, seconds: float) -> None:
        """What waits is shown when the loop goes on."""

    def stop(self, restart: bool) -> None:
        """It ends with the test."""

    def listening(self) -> AbstractContextManager[None]:
        return patched(self._kernel)

    def close(self) -> None:
        self._kernel.close()
        self._loop.close()


class OverZmq:
    """A kernel that Jupyter starts by its name."""

    def __init__(self, kernel_name: str) -> None:
        self.answers: deque[str] = deque()
        self._manager = manager(kernel_name)
        self._manager.start_kernel()
        connection = Connection.read(Path(self._manager.connection_file))
        self._wire = Wire(connection.key, connection.digest)
        self._context = zmq.Context()
        kinds = dict.fromkeys(ASKED, zmq.DEALER) | {"iopub": zmq.SUB}
        self._sockets = {name: self._context.socket(kind) for name, kind in kinds.items()}
        identity = uuid4().bytes
        for name, socket in self._sockets.items():
            socket.linger = 0
            socket.set_hwm(0)
            if name == "iopub":
                socket.subscribe(b"")
            else:
                socket.identity = identity
            socket.connect(connection.address(name))
        while self.receive().msg_type != "iopub_welcome":
            pass

    def send(self, message: Message) -> None:
        channel, parts = self._wire.parts(encode(message), [])
        self._sockets[channel].send_multipart(parts)

    def receive(self) -> Message:
        poller = zmq.Poller()
        for socket in self._sockets.values():
            poller.register(socket, zmq.POLLIN)
        ready = dict(poller.poll(DEADLINE * 1000))
        for name, socket in self._sockets.items():
            if socket in ready:
                message = decode(self._wire.frame(name, socket.recv_multipart())[1])
                if message.msg_type == "input_request" and self.answers:
                    self.send(answer(message, self.answers.popleft()))
                return message
        raise Silence

    def listening(self) -> AbstractContextManager[None]:
        return nullcontext()

    def close(self) -> None:
        for socket in self._sockets.values():
            socket.close()
        self._context.term()
        self._manager.shutdown_kernel()


def answer(question: Message, text: str) -> Message:
    """What the person types, as an input_reply."""
    return Message("stdin", header("input_reply", "client"), question.header, {}, {"value": text})

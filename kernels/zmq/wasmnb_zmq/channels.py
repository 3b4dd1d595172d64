"""A kernel's five ZMQ sockets, served by threads so that they answer while Python is busy.

https://jupyter-client.readthedocs.io/en/stable/messaging.html#introduction
"""

import sys
import threading
from collections.abc import Callable
from uuid import uuid4

import zmq
from wasmnb_kernel.message import MalformedMessage, Message, encode, header

from .connection import BadConnection, Connection
from .wire import Wire

REQUEST_CHANNELS = ("shell", "control", "stdin")  # sockets on which clients send messages
LINGER = 1000  # milliseconds for sending the last messages
# The delay of a kernel's exit by itself: clients read its last messages only while its process
# lives (jupyter_client's `is_alive`).
EXIT_GRACE_SECONDS = 3.0
SUBSCRIBED = b"\x01"  # the first byte of a subscription, before its topic

type Receive = Callable[[bytes, str], None]
"""A callback with one framed message and the client that has sent it."""


class Channels:
    """A kernel's side of a connection."""

    def __init__(self, connection: Connection, receive: Receive) -> None:
        """Open the sockets; from `start` on, messages go to `receive`, in the sockets' thread.

        Raises BadConnection where one of them cannot be opened.
        """
        self._wire = Wire(connection.key, connection.digest)
        self._receive = receive
        self._session = uuid4().hex
        self._context = zmq.Context()
        self._sockets = {name: self._socket(zmq.ROUTER) for name in (*REQUEST_CHANNELS, "hb")}
        self._sockets["iopub"] = self._socket(zmq.XPUB)
        for name, socket in self._sockets.items():
            _bind(socket, name, connection.address(name))
        # Other threads send through this socket, as a ZMQ socket belongs to one thread.
        self._outgoing, self._inbox = self._socket(zmq.PULL), self._socket(zmq.PUSH)
        self._outgoing.bind("inproc://outgoing")
        self._inbox.connect("inproc://outgoing")
        self._lock = threading.Lock()
        self._serving = threading.Thread(target=self._serve, name="channels", daemon=True)
        self._beating = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Start serving clients."""
        self._serving.start()
        self._beating.start()

    def send(self, data: bytes, client: str | None) -> None:
        """Send one framed message to a client, or to every client; from any thread."""
        with self._lock:
            self._inbox.send_multipart([(client or "").encode(), data])

    def close(self) -> None:
        """Send what is queued, and close the sockets."""
        with self._lock:
            self._inbox.send_multipart([b""])
        self._serving.join()
        for socket in (
            self._inbox,
            self._outgoing,
            *map(self._sockets.__getitem__, REQUEST_CHANNELS),
        ):
            socket.close()
        self._sockets["iopub"].close()
        self._context.term()

    def _socket(self, kind: int) -> zmq.Socket[bytes]:
        socket: zmq.Socket[bytes] = self._context.socket(kind)
        socket.linger = LINGER
        socket.set_hwm(0)  # no message may be dropped
        if kind == zmq.ROUTER:
            socket.router_handover = 1  # a client that reconnects stays the same client
        return socket

    def _serve(self) -> None:
        poller = zmq.Poller()
        for socket in (
            self._outgoing,
            self._sockets["iopub"],
            *map(self._sockets.get, REQUEST_CHANNELS),
        ):
            poller.register(socket, zmq.POLLIN)
        open_ = True
        while open_:
            ready = dict(poller.poll())
            for name in REQUEST_CHANNELS:
                if self._sockets[name] in ready:
                    self._take(name, self._sockets[name].recv_multipart())
            if self._sockets["iopub"] in ready:
                self._welcome(self._sockets["iopub"].recv())
            if self._outgoing in ready:
                open_ = self._carry(self._outgoing.recv_multipart())

    def _take(self, channel: str, parts: list[bytes]) -> None:
        try:
            address, data = self._wire.frame(channel, parts)
        except MalformedMessage as error:
            # Not to the clients: a sender without the key must not be able to write to them.
            print(error, file=sys.__stderr__, flush=True)
            return
        self._receive(data, _client(address))

    def _carry(self, parts: list[bytes]) -> bool:
        if len(parts) == 1:
            return False
        client, data = parts
        try:
            address = _address(client.decode())
        except ValueError:  # a made-up client: nobody to send to
            return True
        channel, message = self._wire.parts(data, address)
        self._sockets[channel].send_multipart(message)
        return True

    def _welcome(self, event: bytes) -> None:
        """Send iopub_welcome to a new subscriber."""
        if not event.startswith(SUBSCRIBED):
            return
        topic = event.removeprefix(SUBSCRIBED)
        content = {"subscription": topic.decode(errors="replace")}
        welcome = Message("iopub", header("iopub_welcome", self._session), content=content)
        channel, parts = self._wire.parts(encode(welcome), [topic])
        self._sockets[channel].send_multipart(parts)

    def _beat(self) -> None:
        """Echo heartbeats in C, independently of what Python does."""
        heart = self._sockets["hb"]
        try:
            zmq.proxy(heart, heart)
        except zmq.ContextTerminated:
            heart.close()


def _bind(socket: zmq.Socket[bytes], name: str, address: str) -> None:
    try:
        socket.bind(address)
    except zmq.ZMQError as error:
        raise BadConnection(
            f"The {name} channel cannot be opened at {address}, which the connection file names: "
            f"{zmq.strerror(error.errno or 0)}. Start the kernel again to get another port."
        ) from error


def _client(address: list[bytes]) -> str:
    return ".".join(part.hex() for part in address)


def _address(client: str) -> list[bytes]:
    return [bytes.fromhex(part) for part in client.split(".")] if client else []

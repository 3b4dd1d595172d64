"""The kernel: takes messages and sends the messages that answer them."""

import asyncio
import inspect
import sys
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextvars import ContextVar, copy_context
from typing import Any
from uuid import uuid4

from comm.base_comm import CommManager

from .host import History, Host, PackageSources
from .io.interrupt import Interruptible
from .io.rate_limit import RateLimit
from .io.streams import Streams
from .message import Buffer, Content, MalformedMessage, Message, decode, encode, header, now
from .request import Request
from .shell.shell import Shell

type Answer = Content | None  # None: this type of message has no reply
type Handler = Callable[["Kernel", Request], Answer | Awaitable[Answer]]

# Cells run one after another. Everything else is answered while a cell awaits: the cell may wait
# for a comm message, and people complete code and look at help meanwhile.
IN_TURN = {"execute_request"}

# The request that the current task handles, and the parent message of what it publishes. An Output
# widget may have replaced the parent.
REQUEST: ContextVar[Request | None] = ContextVar("request", default=None)
PARENT: ContextVar[Content | None] = ContextVar("parent", default=None)


class UnknownMessage(Exception):
    """A message of a type that has no handler."""


class Kernel:
    """IPython behind the Jupyter message protocol; there is one in a process at a time."""

    def __init__(
        self,
        host: Host,
        handlers: Mapping[str, Handler],
        packages: PackageSources | None = None,
        *,
        history: History | None = None,
        processes: bool = sys.platform != "emscripten",
    ) -> None:
        """Make the kernel, with a handler for each type of message that it answers.

        Without package sources, %pip runs pip in a process of its own. Without a history, cells
        are forgotten with the kernel. Without processes, system commands only explain themselves.
        """
        self.host = host
        self._handlers = handlers
        self.packages = packages
        self.history = history
        self.processes = processes
        self.running: Request | None = None  # the execute_request whose cell runs
        self.cell: Interruptible[Any] | None = None
        self.rate_limit = RateLimit(self.complain)
        self.streams = Streams(self._publish, self.get_parent, self.rate_limit.throttle, host.wake)
        self.comm_manager = CommManager()
        self.shell = Shell.instance(kernel=self)
        self._session = ""
        self._last_request: Request | None = None
        self._last_parent: Content = {}
        self._in_turn: Request | None = None
        self._arrived = 0
        self._aborted_through = 0
        self._turn = asyncio.Lock()
        self._context = copy_context()  # what cells set in context variables stays for later ones

    def start(self) -> None:
        """Begin a session and publish it; after a snapshot is restored, not before."""
        self._session = uuid4().hex
        self._publish("status", {"execution_state": "starting"}, {})
        self.shell.history_manager.recall()

    def receive(self, data: Buffer, client: str) -> Coroutine[Any, Any, None]:
        """Accept one framed message from a client; the returned coroutine handles it.

        May be called at any time, also while earlier messages are still being handled.
        """
        self._arrived += 1
        try:
            request = Request(decode(data), client, self._arrived)
        except MalformedMessage as error:
            return self._refuse(error)
        return self._serve(request)

    def interrupt(self) -> None:
        """Stop the running cell with KeyboardInterrupt where it awaits or where the host waits."""
        if self.cell and not self.cell.interrupt():
            self.host.interrupt()

    def close(self) -> None:
        """Release the kernel's resources, so that this process can make another one."""
        self.streams.flush()
        self._close_comms()
        self.shell.close()
        Shell.clear_instance()

    def publish(
        self,
        msg_type: str,
        content: Content,
        *,
        metadata: Content | None = None,
        buffers: Iterable[Buffer] = (),
    ) -> None:
        """Send a message to every client, in order with what was printed before."""
        self.streams.flush()
        self._publish(msg_type, content, self.get_parent(), metadata, buffers)

    def complain(self, sentence: str) -> None:
        """Report on stderr a problem outside of user code."""
        self.publish("stream", {"name": "stderr", "text": f"{sentence}\n"})

    def ask(self, request: Request, content: Content) -> bytes:
        """Send an input_request to the client of the request; return its input_reply."""
        self.streams.flush()
        question = Message(
            "stdin", self._header("input_request"), request.message.header, {}, content
        )
        return self.host.ask(encode(question), request.client)

    async def abort_queued(self) -> None:
        """Answer every execute_request that was sent so far with `aborted`.

        One turn of the event loop lets messages in that a busy kernel could not accept.
        """
        await asyncio.sleep(0)
        self._aborted_through = self._arrived

    @property
    def request(self) -> Request | None:
        """The request that the running code belongs to; in other threads, the latest one."""
        return REQUEST.get() or self._last_request

    def get_parent(self) -> Content:
        """The message that is the parent of what is published now (ipywidgets asks for it)."""
        parent = PARENT.get()
        return self._last_parent if parent is None else parent

    def set_parent(self, parent: Content) -> None:
        """Let another message be the parent of what is published from here on."""
        self._last_parent = parent
        PARENT.set(parent)

    async def _refuse(self, error: MalformedMessage) -> None:
        self.complain(f"The kernel received a message that it cannot read. {error}")

    async def _serve(self, request: Request) -> None:
        """Handle a request in its turn, or at once while the running cell awaits."""
        if request.message.channel not in ("shell", "control"):
            self.complain(
                f"{request.msg_type} came on {request.message.channel}, which takes no requests."
            )
        elif self._in_turn and request.msg_type not in IN_TURN:
            await asyncio.create_task(self._handle(request))
        else:
            async with self._turn:
                self._in_turn = self._last_request = request
                self._last_parent = request.parent
                await asyncio.create_task(self._handle(request), context=self._context)

    async def _handle(self, request: Request) -> None:
        REQUEST.set(request)
        PARENT.set(request.parent)
        self._publish("status", {"execution_state": "busy"}, request.parent)
        started = now()
        answer = await self._answer(request)
        self.streams.flush()
        if answer is not None and request.msg_type.endswith("_request"):
            self._reply(request, {"status": "ok", **answer}, started)
        self._publish("status", {"execution_state": "idle"}, request.parent)
        if self._in_turn is request:
            self._in_turn = None
        elif (
            self._in_turn
        ):  # front ends take the latest status, whatever its parent, for the kernel's
            self._publish("status", {"execution_state": "busy"}, self._in_turn.parent)
        if self.shell.exit_now:
            self.host.stop(restart=False)

    async def _answer(self, request: Request) -> Answer:
        if request.msg_type == "execute_request" and request.number <= self._aborted_through:
            return {"status": "aborted"}
        try:
            if request.msg_type not in self._handlers:
                raise UnknownMessage(
                    f"This kernel has no handler for messages of type {request.msg_type}."
                )
            answer = self._handlers[request.msg_type](self, request)
            return await answer if inspect.isawaitable(answer) else answer
        except (MalformedMessage, UnknownMessage) as error:
            self.complain(str(error))
            return self._failure(request, error)
        except (Exception, KeyboardInterrupt) as error:
            self.complain(f"{request.msg_type} failed in the kernel itself, not in your code.")
            self.complain(traceback.format_exc())
            return self._failure(request, error)

    def _close_comms(self) -> None:
        """Close all comms without sending comm_close; their objects may outlive the kernel."""
        for comm in self.comm_manager.comms.values():
            comm._closed = True
        self.comm_manager.comms.clear()

    def _failure(self, request: Request, error: BaseException) -> Content:
        execute = request.msg_type == "execute_request"
        return {
            "status": "error",
            "ename": type(error).__name__,
            "evalue": str(error),
            "traceback": traceback.format_exception(error),
            **({"execution_count": self.shell.execution_count} if execute else {}),
        }

    def _reply(self, request: Request, content: Content, started: str) -> None:
        try:
            data = self._framed_reply(request, content, started)
        except (RecursionError, TypeError, ValueError) as error:  # values of user code
            self.complain(f"The reply to {request.msg_type} could not be sent: {error}")
            data = self._framed_reply(request, self._failure(request, error), started)
        self.host.send(data, request.client)

    def _framed_reply(self, request: Request, content: Content, started: str) -> bytes:
        msg_type = f"{request.msg_type.removesuffix('_request')}_reply"
        metadata = {"started": started, "status": content["status"]}
        head = self._header(msg_type)
        reply = Message(request.message.channel, head, request.message.header, metadata, content)
        return encode(reply)

    def _publish(
        self,
        msg_type: str,
        content: Content,
        parent: Content,
        metadata: Content | None = None,
        buffers: Iterable[Buffer] = (),
    ) -> None:
        message = Message(
            "iopub",
            self._header(msg_type),
            parent.get("header", {}),
            metadata or {},
            content,
            tuple(buffers),
        )
        data = encode(message)
        self.rate_limit.count(len(data))
        self.host.send(data, None)

    def _header(self, msg_type: str) -> Content:
        return header(msg_type, self._session)

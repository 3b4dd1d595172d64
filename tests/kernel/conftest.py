"""The driver: a client that talks to a kernel in this process, over the real framing."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import pytest
from IPython.core.error import StdinNotImplementedError
from wasmnb_kernel.environment.patches import patched
from wasmnb_kernel.handlers.table import new_kernel
from wasmnb_kernel.host import History, PackagesNotLoaded
from wasmnb_kernel.message import Buffer, Content, Message, decode, encode, header

DEADLINE = 10

type Output = tuple[str, str]

OUTPUTS: dict[str, Callable[[Content], Output]] = {
    "stream": lambda content: (content["name"], content["text"]),
    "execute_result": lambda content: ("result", content["data"]["text/plain"]),
    "display_data": lambda content: ("display", content["data"]["text/plain"]),
    "update_display_data": lambda content: ("update", content["data"]["text/plain"]),
    "clear_output": lambda content: ("clear", "wait" if content["wait"] else "now"),
    "error": lambda content: ("error", f"{content['ename']}: {content['evalue']}"),
}


class MemoryHost:
    """The place where the kernel runs: it keeps what is sent, and plays the person who is asked."""

    def __init__(self) -> None:
        self.sent: list[tuple[Message, str | None]] = []
        self.answers: list[str | BaseException] = []
        self.distribution: dict[str, Callable[[], object]] = {}  # how a module is put in place
        self.loading = False
        self.stopped: list[bool] = []
        self.interrupts = 0
        self.news = asyncio.Event()

    def send(self, data: bytes, client: str | None) -> None:
        self.sent.append((decode(data), client))
        self.news.set()

    def ask(self, data: bytes, client: str) -> bytes:
        question = decode(data)
        self.sent.append((question, client))
        if not self.answers:
            raise StdinNotImplementedError("Nobody is here to answer.")
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        reply = header("input_reply", "client")
        return encode(Message("stdin", reply, question.header, {}, {"value": answer}))

    async def load_packages(self, imports: Iterable[str]) -> None:
        self.loading = True
        self.news.set()
        for name in imports:
            if name == "unreachable":
                raise PackagesNotLoaded("unreachable was not loaded: the network is down.")
            if name == "endless":
                await asyncio.Event().wait()
            self.distribution.get(name, lambda: None)()

    def interrupt(self) -> None:
        self.interrupts += 1

    def wake(self, seconds: float) -> None:
        """What waits is shown when the cell ends."""

    def stop(self, restart: bool) -> None:
        self.stopped.append(restart)
        self.news.set()


class Talk:
    """A client that talks to the kernel."""

    def __init__(
        self, folder: Path, history: History | None = None, processes: bool = True
    ) -> None:
        self.folder = folder
        self.host = MemoryHost()
        self.kernel = new_kernel(self.host, history=history, processes=processes)
        self.surroundings = ExitStack()

    def begin(self) -> None:
        """Start the kernel, which from then on has print() and input() in this process."""
        self.surroundings.enter_context(patched(self.kernel))
        self.kernel.start()

    def end(self) -> None:
        """Close the kernel."""
        self.surroundings.close()
        self.kernel.close()

    async def run(self, code: str, **content: object) -> list[Output]:
        """The outputs of a cell, as a notebook shows them."""
        return self.outputs(await self.execute(code, **content))

    async def execute(self, code: str, **content: object) -> Message:
        """The execute_reply of a cell."""
        return await self.ask("execute_request", {"code": code, "allow_stdin": True, **content})

    async def ask(self, msg_type: str, content: Content, channel: str = "shell") -> Message:
        """The reply to a request."""
        request = self.message(msg_type, content, channel=channel)
        await self.tell(request)
        (reply,) = [m for m in self.caused_by(request) if m.channel == channel]
        return reply

    def tell(self, message: Message, client: str = "page") -> asyncio.Task[None]:
        """Send a message now; awaited, until the kernel has handled it."""
        if not self.host.sent:  # not in the fixture: pytest takes print() when the test begins
            self.begin()
        return asyncio.ensure_future(self.kernel.receive(encode(message), client))

    def message(
        self,
        msg_type: str,
        content: Content,
        *,
        channel: str = "shell",
        metadata: Content | None = None,
        buffers: Iterable[Buffer] = (),
    ) -> Message:
        """A message as a client makes it."""
        head = header(msg_type, "client")
        return Message(channel, head, {}, metadata or {}, content, tuple(buffers))

    def cell(self, code: str, **content: object) -> Message:
        """An execute_request."""
        return self.message("execute_request", {"code": code, "allow_stdin": True, **content})

    def sent(self, msg_type: str) -> list[Message]:
        """Every message of a type that the kernel has sent so far."""
        return [message for message, _ in self.host.sent if message.msg_type == msg_type]

    def caused_by(self, cause: Message) -> list[Message]:
        """What the kernel has sent because of a request, or of the request with that reply."""
        msg_id = cause.parent_header.get("msg_id", cause.header["msg_id"])
        return [m for m, _ in self.host.sent if m.parent_header.get("msg_id") == msg_id]

    def outputs(self, cause: Message) -> list[Output]:
        """The outputs that a request has led to so far; text on one stream is joined."""
        shown: list[Output] = []
        for message in self.caused_by(cause):
            if message.msg_type not in OUTPUTS:
                continue
            kind, text = OUTPUTS[message.msg_type](message.content)
            if message.msg_type == "stream" and shown and shown[-1][0] == kind:
                shown[-1] = (kind, shown[-1][1] + text)
            else:
                shown.append((kind, text))
        return shown

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait for something that the kernel sends by itself."""
        async with asyncio.timeout(DEADLINE):
            while not happened():
                await self.host.news.wait()
                self.host.news.clear()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh folder, in which kernels work."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
async def talk(home: Path) -> AsyncIterator[Talk]:
    """A client that talks to a fresh kernel."""
    talk = Talk(home)
    yield talk
    talk.end()
    gc.freeze()  # IPython collects garbage as a shell ends: let it not go through old ones again

"""A line to a kernel in a worker of a page: a socket of the page's own server, used by hand."""

from base64 import b64decode, b64encode
from collections import deque
from contextlib import AbstractContextManager, nullcontext

from wasmnb_kernel.message import Message, decode, encode

from ..worker.kernel import Desk
from .line import DEADLINE, Silence, answer

OPEN = """async () => {
    const {serverSettings: server} = jupyterapp.serviceManager;
    const url = `${server.baseUrl}api/kernels`;
    const body = JSON.stringify({name: "python-wasm"});
    const {id} = await (await server.fetch(url, {method: "POST", body})).json();
    const channels = `${server.wsUrl}api/kernels/${id}/channels?session_id=line`;
    const socket = new server.WebSocket(channels);
    socket.binaryType = "arraybuffer";
    window.line = {socket, heard: [], news: () => {}};
    socket.onmessage = ({data}) => { line.heard.push(new Uint8Array(data)); line.news(); };
    await new Promise((open, fail) => { socket.onopen = open; socket.onclose = fail; });
}"""

SEND = "text => { line.socket.send(Uint8Array.fromBase64(text).buffer); }"

HEARD = """async deadline => {
    const late = new Promise(done => { setTimeout(done, deadline * 1000); });
    if (!line.heard.length) await Promise.race([late, new Promise(news => { line.news = news; })]);
    return line.heard.splice(0).map(bytes => bytes.toBase64());
}"""


class InPage:
    """The core in a worker of Chromium."""

    def __init__(self, desk: Desk) -> None:
        self.answers: deque[str] = deque()
        self._page = desk.page
        self._heard: deque[Message] = deque()
        self._page.evaluate(OPEN)

    def send(self, message: Message) -> None:
        self._page.evaluate(SEND, b64encode(encode(message)).decode())

    def receive(self) -> Message:
        if not self._heard:
            heard = self._page.evaluate(HEARD, DEADLINE)
            self._heard.extend(decode(b64decode(text)) for text in heard)
        if not self._heard:
            raise Silence
        message = self._heard.popleft()
        if message.msg_type == "input_request" and self.answers:
            self.send(answer(message, self.answers.popleft()))
        return message

    def listening(self) -> AbstractContextManager[None]:
        return nullcontext()

    def close(self) -> None:
        """It ends with its page."""

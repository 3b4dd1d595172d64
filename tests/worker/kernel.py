"""A kernel of the page, asked by JupyterLab's own client without a notebook in between."""

import re
from base64 import b64encode
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from playwright.sync_api import Page

type Output = tuple[str, str]

STREAMS = ("stdout", "stderr")

LOADED = "async () => { await window.jupyterapp?.started; return !!window.jupyterapp }"

START = """async (path) => {
    const {serviceManager} = jupyterapp;
    const settings = serviceManager.serverSettings;
    const body = JSON.stringify({name: "python-wasm", path});
    const answer = await settings.fetch(settings.baseUrl + "api/kernels", {method: "POST", body});
    const kernel = serviceManager.kernels.connectTo({model: await answer.json()});
    window.testKernels = {...window.testKernels, [kernel.id]: kernel};
    return kernel.id;
}"""

LIVES = """async (id) => {
    const kernel = testKernels[id];
    const dies = new Promise((done) => {
        const look = () => { if (kernel.status === "dead") done(false); };
        kernel.statusChanged.connect(look);
        look();
    });
    return Promise.race([dies, kernel.info.then(() => true)]);
}"""

MODEL = """async (id) => {
    const {serverSettings: settings} = jupyterapp.serviceManager;
    return (await settings.fetch(settings.baseUrl + "api/kernels/" + id)).json();
}"""

RUN = """async ({id, code, answers, until}) => {
    const kernel = testKernels[id];
    const future = kernel.requestExecute({code, allow_stdin: answers !== null});
    const outputs = [];
    const add = {
        stream: ({name, text}) => outputs.push([name, text]),
        execute_result: ({data}) => outputs.push(["result", data["text/plain"]]),
        display_data: ({data}) => outputs.push(["display", data["text/plain"]]),
        error: ({ename, evalue}) => outputs.push(["error", `${ename}: ${evalue}`]),
    };
    let begin;
    const begun = new Promise((resolve) => { begin = resolve; });
    future.onIOPub = ({header, content}) => {
        add[header.msg_type]?.(content);
        if (until && outputs.some(([, text]) => text.includes(until))) begin();
    };
    future.onStdin = ({header}) => {
        if (answers.length) future.sendInputReply({status: "ok", value: answers.shift()}, header);
        else begin();
    };
    if (until !== null) { await begun; await kernel.interrupt(); }
    await future.done;
    return outputs;
}"""

TRACEBACK = """async ({id, code}) => {
    const future = testKernels[id].requestExecute({code});
    let lines = [];
    future.onIOPub = ({content}) => { lines = content.traceback ?? lines; };
    await future.done;
    return lines.join("\\n");
}"""

DIE = """({id, code}) => new Promise((died) => {
    const kernel = testKernels[id];
    kernel.statusChanged.connect(() => { if (kernel.status === "dead") died(); });
    kernel.requestExecute({code}).done.catch(() => {});
})"""

COMPLETE_MEANWHILE = """async ({id, code, text}) => {
    const kernel = testKernels[id];
    const future = kernel.requestExecute({code});
    await new Promise((begun) => {
        future.onIOPub = ({header}) => { if (header.msg_type === "stream") begun(); };
    });
    const {content} = await kernel.requestComplete({code: text, cursor_pos: text.length});
    await kernel.interrupt();
    await future.done;
    return content.matches;
}"""

BEGIN = """({id, code}) => new Promise((begun) => {
    const future = testKernels[id].requestExecute({code});
    future.done.catch(() => {});
    future.onIOPub = ({header}) => { if (header.msg_type === "stream") begun(); };
})"""

HISTORY = """async ({id, asked}) => {
    const {content} = await testKernels[id].requestHistory({raw: true, output: false, ...asked});
    return content.history;
}"""

RESTART = "(id) => testKernels[id].restart()"

REVIVE = """async (id) => {
    const {serverSettings: settings, kernels} = jupyterapp.serviceManager;
    const url = `${settings.baseUrl}api/kernels/${id}/restart`;
    const model = await (await settings.fetch(url, {method: "POST"})).json();
    window.testKernels[id] = kernels.connectTo({model});
}"""

COMPLAINT = """async ({id, data}) => {
    const {serverSettings: settings} = jupyterapp.serviceManager;
    const url = `${settings.wsUrl}api/kernels/${id}/channels?session_id=stranger`;
    const socket = new settings.WebSocket(url);
    await new Promise((open) => { socket.onopen = open; });
    const complains = new Promise((told) => {
        testKernels[id].iopubMessage.connect(function tell(_, {header, content}) {
            if (header.msg_type !== "stream") return;
            testKernels[id].iopubMessage.disconnect(tell);
            told(content.text);
        });
    });
    socket.send(Uint8Array.fromBase64(data).buffer);
    const text = await complains;
    socket.close();
    return text;
}"""

# What steps of kernels' starts have noted, by their name.
NOTES = """name => performance.getEntriesByName("wasmnb kernel: " + name)
    .map(({detail}) => detail.note ?? "")"""

SHUT_DOWN = "(id) => testKernels[id].shutdown()"


@dataclass(frozen=True)
class Kernel:
    """A Python in a worker of the page."""

    page: Page
    id: str

    def run(self, code: str, answers: list[str] | None = None) -> list[Output]:
        """What a cell puts out; what one stream prints in a row is one output."""
        return self._run(code, answers, None)

    def interrupt(self, code: str, until: str = "begun") -> list[Output]:
        """What a cell puts out that is interrupted after it has printed, or asked for input."""
        return self._run(code, [], until)

    def traceback(self, code: str) -> str:
        """The traceback of a cell that fails, without its colours."""
        shown = self.page.evaluate(TRACEBACK, {"id": self.id, "code": code})
        return re.sub(r"\x1b\[[\d;]*m", "", shown)

    def completes_meanwhile(self, code: str, text: str) -> list[str]:
        """What a text could go on with, asked after the cell has printed and before it is done."""
        asked = {"id": self.id, "code": code, "text": text}
        matches: list[str] = self.page.evaluate(COMPLETE_MEANWHILE, asked)
        return matches

    def prints(self, code: str) -> str:
        """What a cell prints that puts out nothing else."""
        match self.run(code):
            case [("stdout", text)]:
                return text
            case []:
                return ""
            case other:
                raise AssertionError(other)

    def begin(self, code: str) -> None:
        """Send a cell, and wait until it prints."""
        self.page.evaluate(BEGIN, {"id": self.id, "code": code})

    def history(self, **asked: object) -> list[list[Any]]:
        """The cells that a history_request finds."""
        cells: list[list[Any]] = self.page.evaluate(HISTORY, {"id": self.id, "asked": asked})
        return cells

    def restart(self) -> None:
        self.page.evaluate(RESTART, self.id)

    def revive(self) -> None:
        """Restart it though it is dead."""
        self.page.evaluate(REVIVE, self.id)

    def complaint_about(self, data: bytes) -> str:
        """What the kernel says when it is sent bytes that are no message."""
        asked = {"id": self.id, "data": b64encode(data).decode()}
        return str(self.page.evaluate(COMPLAINT, asked))

    def shut_down(self) -> None:
        self.page.evaluate(SHUT_DOWN, self.id)

    def _run(self, code: str, answers: list[str] | None, until: str | None) -> list[Output]:
        wanted = {"id": self.id, "code": code, "answers": answers, "until": until}
        outputs = map(tuple, self.page.evaluate(RUN, wanted))
        return [
            output
            for kind, group in groupby(outputs, key=lambda output: output[0])
            for output in (
                [(kind, "".join(text for _, text in group))] if kind in STREAMS else group
            )
        ]


@dataclass(frozen=True)
class Desk:
    """The page, in which kernels can be started."""

    page: Page

    def start(self, path: str = "") -> Kernel:
        """A kernel that works in a folder."""
        kernel = self._started(path)
        assert self.page.evaluate(LIVES, kernel.id), self._model(kernel)
        return kernel

    def fail_to_start(self, path: str = "") -> str:
        """The reason that the page has for a kernel that died instead of starting."""
        kernel = self._started(path)
        assert not self.page.evaluate(LIVES, kernel.id)
        return self._reason(kernel)

    def die(self, kernel: Kernel, code: str) -> str:
        """The reason that the page has when a cell has ended a kernel."""
        self.page.evaluate(DIE, {"id": kernel.id, "code": code})
        return self._reason(kernel)

    def _started(self, path: str) -> Kernel:
        return Kernel(self.page, self.page.evaluate(START, path))

    def _reason(self, kernel: Kernel) -> str:
        return str(self._model(kernel)["died"])

    def _model(self, kernel: Kernel) -> Any:
        return self.page.evaluate(MODEL, kernel.id)


SNAPSHOT = re.compile(r"/pyodide/snapshot\.")


def desk(page: Page, address: str, road: str = "from a snapshot") -> Desk:
    if road == "from byte code":
        page.route(SNAPSHOT, lambda route: route.fulfill(status=404))
    page.goto(address)
    page.wait_for_function(LOADED)
    return Desk(page)

"""The protocol inspector: what it shows is what passed, and nothing that is secret."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Locator, WebSocket, expect
from wasmnb_kernel.message import Message, decode

from ..jupyter import TOKEN, Stock
from ..serving import DEADLINE
from .lab import Lab, outputs_of, read, write

PARTS = ("channel", "header", "parent_header", "metadata", "content")
CELL = "from IPython.display import display\nprint('printed')\ndisplay(1)\n2"

# What a cell like that sends, whatever kernel runs it.
TYPES = [
    ("sent", "execute_request"),
    ("received", "status"),
    ("received", "execute_input"),
    ("received", "stream"),
    ("received", "display_data"),
    ("received", "execute_result"),
    ("received", "execute_reply"),
    ("received", "status"),
]

FLOOD = """\
from wasmnb_kernel.message import Message, encode, header
kernel = get_ipython().kernel
def message(text):
    content = {"name": "stdout", "text": text}
    return encode(Message("iopub", header("stream", session="flood"), content=content))
one = message("water")
for _ in range(99_999):
    kernel.host.send(bytes(one), "flood")
kernel.host.send(message("the very last drop"), "flood")
"""

# A client of the notebook's kernel that nothing in JupyterLab listens to.
LISTEN = """async () => {
    const {kernel} = jupyterapp.shell.currentWidget.sessionContext.session;
    const {WebSocket, wsUrl} = jupyterapp.serviceManager.serverSettings;
    const socket = new WebSocket(`${wsUrl}api/kernels/${kernel.id}/channels?session_id=flood`);
    socket.binaryType = "arraybuffer";
    await new Promise(resolve => { socket.onopen = resolve; });
}"""


@pytest.fixture(scope="module")
def options(stock: Stock) -> list[str]:
    return ["--no-trash", *stock.options]


class Inspector:
    """The panel, as someone in front of it uses it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.node = lab.page.locator(".wasmnb-Inspector")
        self.rows = self.node.get_by_role("row")
        self.count = self.node.get_by_role("status")

    def open(self) -> None:
        self.lab.menu("View", "Protocol Inspector")
        expect(self.node).to_be_visible()

    def press(self, name: str) -> None:
        self.node.get_by_role("button", name=name, exact=True).click()

    def choose(self, picker: str, value: str) -> None:
        self.node.get_by_label(picker, exact=True).select_option(value)

    def find(self, text: str) -> None:
        self.node.get_by_label("Filter by text").fill(text)

    def row(self, text: str | re.Pattern[str]) -> Locator:
        return self.rows.filter(has_text=text).first

    def run(self, source: str) -> None:
        """Run a cell, and wait until its last message is there: the kernel is idle again."""
        self.press("Follow cells")
        self.lab.enter(source)
        labels = self.node.locator(".wasmnb-Inspector-diagram .label")
        expect(labels.filter(has_text="status: idle")).to_have_count(1)
        self.press("Show all again")

    def export(self, name: str = "Export") -> str:
        with self.lab.page.expect_download() as download:
            self.press(name)
        return Path(download.value.path()).read_text()

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.export().splitlines()]

    def messages(self) -> list[dict[str, Any]]:
        return [entry for entry in self.entries() if entry["kind"] == "message"]


@pytest.fixture
def notebook(lab: Lab, folder: Path, request: pytest.FixtureRequest) -> Iterator[Lab]:
    name = f"{request.node.originalname}.ipynb"
    write(folder / name)
    lab.open(name)
    yield lab
    lab.tidy()


@pytest.fixture
def inspector(notebook: Lab) -> Inspector:
    """The inspector, open below a notebook whose kernel is idle."""
    inspector = Inspector(notebook)
    inspector.open()
    notebook.panel.locator(".jp-Notebook").click()
    notebook.is_idle()
    return inspector


def types_of(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Of one execution; channels promise no order, so the reply counts as last but one."""
    [request] = [m for m in messages if m["header"]["msg_type"] == "execute_request"]
    root = request["header"]["msg_id"]
    ours = [
        m for m in messages if root in (m["header"]["msg_id"], m["parent_header"].get("msg_id"))
    ]
    found = [(m["direction"], m["header"]["msg_type"]) for m in ours]
    found.remove(reply := ("received", "execute_reply"))
    return [*found[:-1], reply, found[-1]]


def test_a_record_equals_what_a_client_of_the_socket_saw(notebook: Lab, stock: Stock) -> None:
    seen: dict[str, list[bytes | str]] = {"sent": [], "received": []}

    def keep(direction: str) -> Callable[[bytes | str], None]:
        return lambda data: seen[direction].append(data)  # noqa: PLW0108  Playwright wants a function

    def note(socket: WebSocket) -> None:
        socket.on("framesent", keep("sent"))
        socket.on("framereceived", keep("received"))

    notebook.page.on("websocket", note)
    notebook.switch(stock.kernel)
    inspector = Inspector(notebook)
    inspector.open()
    inspector.run(CELL)
    messages = inspector.messages()
    assert types_of(messages) == TYPES
    for direction, frames in seen.items():
        recorded = [m for m in messages if m["direction"] == direction]
        ids = [m["header"]["msg_id"] for m in recorded]
        decoded: list[Message] = []
        deadline = monotonic() + DEADLINE
        while ids[-1] not in (told := [m.header["msg_id"] for m in decoded]):
            assert monotonic() < deadline, f"The browser told of {told}, and not of {ids[-1]}."
            notebook.page.evaluate("1")  # meanwhile, the browser tells of frames
            decoded = [decode(frame) for frame in frames if isinstance(frame, bytes)]
        decoded = decoded[told.index(ids[0]) : told.index(ids[-1]) + 1]
        assert [[m[part] for part in PARTS] for m in recorded] == [
            [getattr(message, part) for part in PARTS] for message in decoded
        ]


def test_both_kernels_are_seen_through_the_same_taps(inspector: Inspector, stock: Stock) -> None:
    lab = inspector.lab
    for place in ("page", "server"):
        inspector.press("Clear")
        inspector.run(CELL)
        messages = inspector.messages()
        assert types_of(messages) == TYPES
        assert {message["place"] for message in messages} == {place}
        if place == "page":
            lab.switch(stock.kernel)


def test_a_message_is_explained(inspector: Inspector) -> None:
    inspector.lab.enter("6 * 7")
    inspector.choose("Type", "execute_result")
    inspector.rows.first.click()
    detail = inspector.node.locator(".wasmnb-Inspector-detail")
    expect(detail).to_contain_text("The value of the last expression of a cell")
    expect(detail).to_contain_text('"text/plain": "42"')
    link = detail.get_by_role("link", name="Specification")
    expect(link).to_have_attribute("href", re.compile("jupyter-client.*/messaging.html#"))


def test_what_is_shown_is_chosen_by_channel_type_and_text(inspector: Inspector) -> None:
    inspector.lab.enter("print('a needle')")
    inspector.find("a needle")
    expect(inspector.row("stream")).to_be_visible()
    inspector.choose("Channel", "iopub")
    expect(inspector.rows.filter(has_text="execute_request")).to_have_count(0)
    inspector.choose("Type", "stream")
    expect(inspector.rows).to_have_count(1)


def test_requests_are_shown_and_saved_as_har(inspector: Inspector) -> None:
    inspector.lab.save()
    inspector.choose("Channel", "rest")
    expect(inspector.row(re.compile("PUT /api/contents/.*200"))).to_be_visible()
    calls = json.loads(inspector.export("HAR"))["log"]["entries"]
    [save] = [
        call
        for call in calls
        if call["request"]["method"] == "PUT" and "/api/contents/" in call["request"]["url"]
    ]
    assert save["response"]["status"] == 200


def test_a_cell_is_followed_from_click_to_idle(inspector: Inspector) -> None:
    inspector.press("Follow cells")
    inspector.lab.enter("print('followed')")
    diagram = inspector.node.locator(".wasmnb-Inspector-diagram")
    for name in ("document", "page", "server", "kernel"):
        expect(diagram.get_by_text(name, exact=True)).to_be_visible()
    labels = diagram.locator(".label")
    expect(labels.first).to_have_text("execute_request")
    expect(labels.filter(has_text="status: idle")).to_have_count(1)
    diagram.locator(".message").filter(has_text="stream").click()
    expect(inspector.node.locator(".wasmnb-Inspector-detail")).to_contain_text("followed")
    inspector.press("Show all again")
    expect(diagram).to_have_count(0)


def test_what_was_exported_can_be_imported(inspector: Inspector, tmp_path: Path) -> None:
    inspector.run(CELL)
    inspector.press("Pause")
    exported = inspector.export()
    file = tmp_path / "messages.jsonl"
    file.write_text(exported)
    inspector.press("Clear")
    with inspector.lab.page.expect_file_chooser() as chooser:
        inspector.press("Import")
    chooser.value.set_files(file)
    expect(inspector.row("execute_request")).to_be_visible()
    assert inspector.export() == exported


def test_a_request_is_replayed(inspector: Inspector) -> None:
    lab = inspector.lab
    lab.enter("runs = globals().get('runs', 0) + 1")
    inspector.choose("Type", "execute_request")
    inspector.rows.first.click()
    inspector.press("Replay")
    expect(inspector.rows).to_have_count(2)
    lab.says("runs", "2")


def test_no_secret_is_in_it(inspector: Inspector, stock: Stock) -> None:
    lab = inspector.lab
    lab.switch(stock.kernel)
    cell = lab.start("import getpass; len(getpass.getpass('Password: '))")
    cell.locator(".jp-Stdin-input").fill("swordfish")
    cell.locator(".jp-Stdin-input").press("Enter")
    expect(outputs_of(cell).last).to_have_text("9")
    key = lab.page.evaluate(
        "JSON.parse(document.querySelector('#jupyter-config-data').text).wasmnb.key"
    )
    exported = inspector.export() + inspector.export("HAR")
    assert "input_reply" in exported
    for secret in ["swordfish", TOKEN, key]:
        assert secret not in exported


def test_a_notebook_of_a_thousand_cells_is_used_while_it_is_open(lab: Lab, folder: Path) -> None:
    write(folder / "thousand.ipynb", *(f"print('cell', {n})" for n in range(1000)))
    lab.try_to_open("thousand.ipynb")
    lab.is_idle()
    inspector = Inspector(lab)
    inspector.open()
    lab.panel.locator(".jp-Notebook").click()
    lab.says("6 * 7", "42")
    lab.save()
    inspector.find("6 * 7")
    expect(inspector.row("execute_request")).to_be_visible()
    inspector.find("api/contents/thousand")
    expect(inspector.row(re.compile("PUT /api/contents/thousand.*200"))).to_be_visible()
    assert len(read(folder / "thousand.ipynb").cells) == 1000
    lab.tidy()


def test_a_flood_does_not_hold_up_the_page(inspector: Inspector) -> None:
    lab = inspector.lab
    lab.page.evaluate(LISTEN)
    lab.enter(FLOOD)
    lab.says("6 * 7", "42")
    expect(inspector.count).to_contain_text("of 100,000")
    inspector.find("the very last drop")
    expect(inspector.row("stream")).to_be_visible()
    inspector.press("Clear")
    lab.says("'still here'", "'still here'")

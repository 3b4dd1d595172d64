"""Every other request, and messages that are none."""

import asyncio
import sys
from unittest.mock import ANY

import pytest
from wasmnb_kernel.message import MalformedMessage, Message, decode, encode, header

from .conftest import Talk


async def test_the_kernel_says_what_it_is(talk: Talk) -> None:
    info = (await talk.ask("kernel_info_request", {})).content
    assert info["status"] == "ok"
    assert info["protocol_version"] == "5.4"
    assert info["supported_features"] == []
    assert info["language_info"]["name"] == "python"
    assert info["language_info"]["version"] == sys.version.split()[0]
    assert "IPython" in info["banner"]
    assert {"text", "url"} == set(info["help_links"][0])


async def test_the_kernel_says_that_it_starts(talk: Talk) -> None:
    await talk.run("1")
    first = talk.host.sent[0][0]
    assert (first.msg_type, first.content) == ("status", {"execution_state": "starting"})
    assert first.parent_header == {}


async def test_every_start_is_a_session_of_its_own(talk: Talk) -> None:
    await talk.run("1")
    talk.kernel.start()
    await talk.run("1")
    assert len({message.header["session"] for message, _ in talk.host.sent}) == 2


async def test_control_messages_are_answered_while_a_cell_waits(talk: Talk) -> None:
    await talk.run("import asyncio\ngo = asyncio.Event()")
    waiting = talk.tell(talk.cell("await go.wait()"))
    info = await talk.ask("kernel_info_request", {}, channel="control")
    assert info.content["status"] == "ok" and not waiting.done()
    talk.kernel.shell.user_ns["go"].set()
    await waiting


@pytest.mark.parametrize(
    ("msg_type", "content"),
    [
        ("complete_request", {"code": "pri", "cursor_pos": 3}),
        ("inspect_request", {"code": "print", "cursor_pos": 5}),
        ("is_complete_request", {"code": "1"}),
        ("history_request", {"hist_access_type": "tail", "n": 1}),
        ("comm_info_request", {}),
        ("kernel_info_request", {}),
    ],
)
async def test_other_requests_are_answered_while_a_cell_awaits(
    talk: Talk, msg_type: str, content: dict[str, object]
) -> None:
    await talk.run("import asyncio\ngo = asyncio.Event()")
    cell = talk.cell("print('waiting', flush=True)\nawait go.wait()")
    waiting = talk.tell(cell)
    await talk.until(lambda: talk.outputs(cell))
    reply = await talk.ask(msg_type, content)
    assert reply.content["status"] in ("ok", "complete") and not waiting.done()
    talk.kernel.shell.user_ns["go"].set()
    await waiting


async def test_the_kernel_stays_busy_when_it_answers_while_a_cell_awaits(talk: Talk) -> None:
    await talk.run("import asyncio\ngo = asyncio.Event()")
    cell = talk.cell("await go.wait()")
    waiting = talk.tell(cell)
    question = talk.message("comm_info_request", {})
    await talk.tell(question)
    told = [
        (m.content["execution_state"], m.parent_header["msg_type"]) for m in talk.sent("status")[3:]
    ]
    assert told == [
        ("busy", "execute_request"),
        ("busy", "comm_info_request"),
        ("idle", "comm_info_request"),
        ("busy", "execute_request"),
    ]
    talk.kernel.shell.user_ns["go"].set()
    await waiting
    assert talk.sent("status")[-1].content["execution_state"] == "idle"


async def test_messages_are_answered_in_order_where_no_cell_awaits(talk: Talk) -> None:
    cells = [talk.cell("x = 1"), talk.cell("x = 2")]
    question = talk.message("kernel_info_request", {})
    await asyncio.gather(*map(talk.tell, [cells[0], question, cells[1]]))
    replies = [m.msg_type for m, _ in talk.host.sent if m.channel == "shell"]
    assert replies == ["execute_reply", "kernel_info_reply", "execute_reply"]


async def test_connect_is_answered(talk: Talk) -> None:
    assert (await talk.ask("connect_request", {})).content == {"status": "ok"}


@pytest.mark.parametrize("restart", [True, False])
async def test_shutdown_is_told_to_everyone_before_the_kernel_ends(
    talk: Talk, restart: bool
) -> None:
    reply = await talk.ask("shutdown_request", {"restart": restart}, channel="control")
    assert reply.content == {"status": "ok", "restart": restart}
    assert [m.channel for m in talk.sent("shutdown_reply")] == ["iopub", "control"]
    await talk.until(lambda: talk.host.stopped)
    assert talk.host.stopped == [restart]


@pytest.mark.parametrize("msg_type", ["debug_request", "create_subshell_request", "odd_request"])
async def test_an_unknown_request_gets_an_error_reply(talk: Talk, msg_type: str) -> None:
    reply = await talk.ask(msg_type, {})
    assert reply.msg_type == msg_type.replace("request", "reply")
    assert (reply.content["status"], reply.content["ename"]) == ("error", "UnknownMessage")
    assert (
        "stderr",
        f"This kernel has no handler for messages of type {msg_type}.\n",
    ) in talk.outputs(reply)


async def test_an_unknown_message_that_wants_no_reply_gets_a_complaint(talk: Talk) -> None:
    odd = talk.message("oddity", {})
    await talk.tell(odd)
    assert talk.outputs(odd) == [
        ("stderr", "This kernel has no handler for messages of type oddity.\n")
    ]
    assert {m.channel for m in talk.caused_by(odd)} == {"iopub"}


@pytest.mark.parametrize(
    ("msg_type", "content", "lacking"),
    [
        ("execute_request", {}, "code"),
        ("execute_request", {"code": 5}, "code"),
        ("execute_request", {"code": "1", "silent": "yes"}, "silent"),
        ("complete_request", {"code": "1", "cursor_pos": "end"}, "cursor_pos"),
        ("inspect_request", {}, "code"),
        ("history_request", {"n": 3}, "hist_access_type"),
    ],
)
async def test_a_request_that_lacks_something_is_told_what(
    talk: Talk, msg_type: str, content: dict[str, object], lacking: str
) -> None:
    reply = await talk.ask(msg_type, content)
    assert (reply.content["status"], reply.content["ename"]) == ("error", "MalformedMessage")
    assert reply.content["evalue"].startswith(f"{msg_type} needs {lacking} in its content")
    assert await talk.run("1") == [("result", "1")]


@pytest.mark.parametrize("data", [b"", b"garbage", bytes(200), b"\xff" * 200])
async def test_bytes_that_are_no_message_get_a_complaint(talk: Talk, data: bytes) -> None:
    await talk.run("1")
    await talk.kernel.receive(data, "page")
    (complaint,) = talk.sent("stream")
    assert complaint.content["name"] == "stderr"
    assert complaint.content["text"].startswith("The kernel received a message that it cannot read")


async def test_a_message_on_a_channel_of_the_kernels_own_gets_a_complaint(talk: Talk) -> None:
    stray = talk.message("input_reply", {"value": "x"}, channel="stdin")
    await talk.tell(stray)
    assert "which takes no requests" in talk.sent("stream")[0].content["text"]


async def test_a_failure_of_the_kernel_itself_is_told_as_such(talk: Talk) -> None:
    await talk.run("get_ipython().Completer.completions = None")
    reply = await talk.ask("complete_request", {"code": "x", "cursor_pos": 1})
    assert (reply.content["status"], reply.content["ename"]) == ("error", "TypeError")
    assert "failed in the kernel itself, not in your code" in talk.outputs(reply)[0][1]
    assert await talk.run("1") == [("result", "1")]


async def test_a_reply_that_json_cannot_carry_is_an_error_reply(talk: Talk) -> None:
    code = "get_ipython().payload_manager.write_payload({'source': 'page', 'data': object()})"
    reply = await talk.execute(code)
    assert (reply.content["status"], reply.content["ename"]) == ("error", "TypeError")
    assert "could not be sent" in talk.outputs(reply)[0][1]
    assert await talk.run("1") == [("result", "1")]


async def test_a_display_that_json_cannot_carry_is_an_error_of_the_cell(talk: Talk) -> None:
    assert await talk.run("display({'application/json': object()}, raw=True)\n1") == [
        ("error", ANY)
    ]


def test_framing_gives_back_what_it_was_given() -> None:
    message = Message(
        "shell",
        header("comm_msg", "s"),
        {"msg_id": "é😀"},
        {"a": [1, None, 2.5]},
        {"text": "\ud800 \\ \n"},
        (b"", b"abc", bytearray(b"\0\1"), memoryview(b"view")),
    )
    read = decode(encode(message))
    parts = ("channel", "header", "parent_header", "metadata", "content")
    assert all(getattr(read, part) == getattr(message, part) for part in parts)
    assert [bytes(b) for b in read.buffers] == [b"", b"abc", b"\0\1", b"view"]


def test_framing_is_the_documented_one() -> None:
    frame = encode(Message("iopub", {"msg_id": "1", "msg_type": "x"}, buffers=(b"xyz",)))
    numbers = [int.from_bytes(frame[i : i + 8], "little") for i in range(0, 64, 8)]
    count, *offsets = numbers
    assert (count, offsets[0], offsets[-1]) == (7, 64, len(frame))
    assert frame[64:69] == b"iopub" and frame[offsets[5] : offsets[6]] == b"xyz"


def test_a_frame_cut_anywhere_is_malformed() -> None:
    frame = encode(Message("shell", header("x", "s"), content={"a": 1}, buffers=(b"xyz",)))
    for end in range(len(frame)):
        with pytest.raises(MalformedMessage):
            decode(frame[:end])


@pytest.mark.parametrize(
    "head", [{}, {"msg_id": 1, "msg_type": "x"}, {"msg_id": "1"}, {"msg_type": "x"}]
)
def test_a_header_without_id_or_type_is_malformed(head: dict[str, object]) -> None:
    with pytest.raises(MalformedMessage, match="in its header"):
        decode(encode(Message("shell", head)))

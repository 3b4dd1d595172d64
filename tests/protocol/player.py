"""Plays a case on a line, and tells what of it was not as expected."""

from collections.abc import Sequence

from wasmnb_kernel.message import Content, Message, header

from .case import IDLE, NOW, Ask, Case, misfit
from .line import Line, Silence

HEADER = {
    "msg_id": str, "msg_type": str, "username": str, "session": str, "date": str, "version": str
}  # fmt: skip


def play(case: Case, line: Line, row: str) -> list[str]:
    """What was wrong; nothing, if all is well."""
    asks = [ask.on(row) for ask in case.asks]
    requests = [_request(ask) for ask in asks]
    heard: list[Message] = []
    problems: list[str] = []
    line.answers.clear()
    with line.listening():
        try:
            for number, (ask, request) in enumerate(zip(asks, requests, strict=True)):
                _hear(line, heard, asks[:number], requests[:number], ask.after)
                line.answers.extend(ask.answers)
                line.send(request)
            _hear(line, heard, asks, requests, IDLE)
        except Silence:
            problems.append(f"Nothing more came after {[_kind(m) for m in heard]}.")
    problems += _wrong_headers(heard)
    for ask, request, ours in zip(asks, requests, case.asks, strict=True):
        problems += [f"{ask.msg_type}: {problem}" for problem in _wrong(ask, request, heard)]
        if ask is not ours and not _wrong(ours, request, heard):
            problems.append(f"{ask.msg_type} does not differ any more on {row}.")
    return problems


def _request(ask: Ask) -> Message:
    head = header(ask.msg_type, "client", "tester")
    return Message(ask.channel, head, {}, ask.metadata, ask.content, ask.buffers)


def _hear(
    line: Line, heard: list[Message], asks: Sequence[Ask], requests: Sequence[Message], until: str
) -> None:
    """Listen until every request is done, or until something is told."""
    if until == NOW:
        return
    while not (
        all(map(_is_done, asks, requests, [heard] * len(asks)))
        if until == IDLE
        else any(_kind(message) == until for message in heard)
    ):
        heard.append(line.receive())


def _is_done(ask: Ask, request: Message, heard: list[Message]) -> bool:
    mine = _caused_by(request, heard)
    replied = ask.reply is None or any(m.channel == ask.channel for m in mine)
    return replied and "idle" in map(_kind, mine)


def _wrong(ask: Ask, request: Message, heard: list[Message]) -> list[str]:
    mine = _caused_by(request, heard)
    states = [_kind(m) for m in mine if m.msg_type == "status"]
    told = _joined([m for m in mine if m.channel == "iopub" and m.msg_type != "status"])
    replies = [m.content for m in mine if m.channel == ask.channel]
    asked = [m.content for m in mine if m.channel == "stdin"]
    checks = [
        (list(map(list, ask.told)), told, "what is told"),
        ([] if ask.reply is None else [ask.reply], replies, "the reply"),
        (list(ask.asked), asked, "what the person is asked"),
        # Between the two it may say busy again: it has answered something else meanwhile.
        (["busy", "idle"], [*states[:1], *states[-1:]], "its status"),
        (1, states.count("idle"), "how often it is idle"),
        ([request.header] * len(mine), [m.parent_header for m in mine], "the parent header"),
    ]
    return [problem for check in checks if (problem := misfit(*check))]


def _wrong_headers(heard: list[Message]) -> list[str]:
    problems = [misfit(HEADER, message.header, "a header") for message in heard]
    ids = [message.header["msg_id"] for message in heard]
    sessions = {message.header["session"] for message in heard}
    problems += [misfit(len(ids), len(set(ids)), "the number of ids")]
    problems += [misfit(1, len(sessions), "the number of sessions")]
    return [problem for problem in problems if problem]


def _caused_by(request: Message, heard: list[Message]) -> list[Message]:
    msg_id = request.header["msg_id"]
    return [message for message in heard if message.parent_header.get("msg_id") == msg_id]


def _kind(message: Message) -> str:
    return str(message.content.get("execution_state", message.msg_type))


def _joined(messages: list[Message]) -> list[list[object]]:
    """Types and contents, with buffers; text that came on one stream in pieces is one piece."""
    told: list[tuple[str, Content]] = []
    for message in messages:
        content = {**message.content, "buffers": [bytes(b) for b in message.buffers]}
        if told and message.msg_type == "stream" and told[-1][0] == "stream":
            before = told[-1][1]
            if before["name"] == content["name"]:
                before["text"] += content["text"]
                continue
        told.append((message.msg_type, content))
    return [[kind, content] for kind, content in told]

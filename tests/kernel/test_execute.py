"""A cell is run, and what it does is told."""

from typing import Any

from .conftest import Talk


async def test_prints_come_before_the_value(talk: Talk) -> None:
    assert await talk.run("print('a')\n1") == [("stdout", "a\n"), ("result", "1")]


async def test_the_kernel_is_busy_while_it_works_for_a_request_and_idle_after(talk: Talk) -> None:
    reply = await talk.execute("print('a')\n1/0")
    told = [
        (m.channel, m.content.get("execution_state", m.msg_type)) for m in talk.caused_by(reply)
    ]
    assert told == [
        ("iopub", "busy"),
        ("iopub", "execute_input"),
        ("iopub", "stream"),
        ("iopub", "error"),
        ("shell", "execute_reply"),
        ("iopub", "idle"),
    ]

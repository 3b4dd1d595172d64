"""Completion, inspection, completeness and history."""

import pytest
from wasmnb_kernel.message import Content

from .conftest import Talk


async def complete(talk: Talk, code: str, cursor: int | None = None) -> Content:
    reply = await talk.ask("complete_request", {"code": code, "cursor_pos": cursor})
    return reply.content


async def test_names_are_completed_with_their_types(talk: Talk) -> None:
    await talk.run("some_name = 1\ndef some_function(a, b=2): ...")
    reply = await complete(talk, "1 + some_")
    assert {"some_name", "some_function"} <= set(reply["matches"])
    assert (reply["cursor_start"], reply["cursor_end"], reply["status"]) == (4, 9, "ok")
    types = {c["text"]: c for c in reply["metadata"]["_jupyter_types_experimental"]}
    assert types["some_function"]["type"] == "function"
    assert types["some_function"]["signature"] == "(a, b=2)"
    assert (types["some_name"]["start"], types["some_name"]["end"]) == (4, 9)


async def test_code_that_was_not_run_is_completed_by_jedi(talk: Talk) -> None:
    reply = await complete(talk, "import json\njson.dum")
    assert {"dump", "dumps"} <= set(reply["matches"])


async def test_positions_count_code_points(talk: Talk) -> None:
    await talk.run("smile = 1")
    reply = await complete(talk, "'😀😀'; smi + 1", 9)
    assert reply["matches"] == ["smile"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (6, 9)


async def test_completion_without_a_match_is_empty(talk: Talk) -> None:
    reply = await complete(talk, "x = nothing_like_this_", 99)
    assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == ([], 22, 22)


async def test_magics_and_files_are_completed(talk: Talk) -> None:
    (talk.folder / "table.csv").write_text("")
    assert "%matplotlib" in (await complete(talk, "%matpl"))["matches"]
    assert any("table.csv" in m for m in (await complete(talk, "open('tab"))["matches"])


async def inspect(talk: Talk, code: str, detail_level: int = 0) -> Content:
    content = {"code": code, "cursor_pos": len(code), "detail_level": detail_level}
    return (await talk.ask("inspect_request", content)).content


async def test_inspection_tells_signature_and_docstring_and_then_source(talk: Talk) -> None:
    await talk.run("def f(a):\n    'What f does.'\n    return a")
    brief = await inspect(talk, "f")
    assert brief["found"] and set(brief["data"]) == {"text/plain"}
    assert "What f does." in brief["data"]["text/plain"]
    assert "return a" not in brief["data"]["text/plain"].replace("\x1b", "")
    assert "What f does." in (await inspect(talk, "f", 1))["data"]["text/plain"]
    assert "return" in (await inspect(talk, "f", 1))["data"]["text/plain"]


async def test_inspection_of_nothing_finds_nothing(talk: Talk) -> None:
    reply = await inspect(talk, "nothing_like_this")
    assert (reply["status"], reply["found"], reply["data"]) == ("ok", False, {})


async def test_inspection_finds_what_is_called_at_the_cursor(talk: Talk) -> None:
    assert "Prints the values" in (await inspect(talk, "'😀', print("))["data"]["text/plain"]


@pytest.mark.parametrize(
    ("code", "status", "indent"),
    [
        ("1 + 1", "complete", None),
        ("def f():", "incomplete", "    "),
        ("for i in x:\n    if i:", "incomplete", "        "),
        ("'''", "incomplete", ""),
        ("1 +* 1", "invalid", None),
        ("%%time\n1", "incomplete", ""),
    ],
)
async def test_enter_runs_code_when_it_is_complete(
    talk: Talk, code: str, status: str, indent: str | None
) -> None:
    reply = await talk.ask("is_complete_request", {"code": code})
    assert (reply.content["status"], reply.content.get("indent")) == (status, indent)


async def history(talk: Talk, kind: str, **content: object) -> list[list[object]]:
    asked = {"hist_access_type": kind, "raw": True, "output": False, **content}
    found: list[list[object]] = (await talk.ask("history_request", asked)).content["history"]
    return found


async def test_history_gives_the_latest_cells(talk: Talk) -> None:
    for code in ("a = 1", "%time b = 2", "a"):
        await talk.run(code)
    assert await history(talk, "tail", n=2) == [[1, 2, "%time b = 2"], [1, 3, "a"]]
    assert len(await history(talk, "tail", n=99)) == 3
    assert "run_line_magic" in str(await history(talk, "tail", n=2, raw=False))


async def test_history_gives_a_range_with_outputs(talk: Talk) -> None:
    for code in ("1", "2", "3"):
        await talk.run(code)
    found = await history(talk, "range", session=0, start=2, stop=4, output=True)
    assert found == [[0, 2, ["2", "2"]], [0, 3, ["3", "3"]]]


async def test_history_names_a_session_as_it_was_asked_for(talk: Talk) -> None:
    await talk.run("a = 1")
    ((session, line, _),) = await history(talk, "tail", n=1)
    assert await history(talk, "range", session=session, start=line) == [[session, line, "a = 1"]]


async def test_history_is_searched_by_pattern(talk: Talk) -> None:
    for code in ("import os", "x = 1", "import sys", "import os"):
        await talk.run(code)
    found = await history(talk, "search", pattern="import *", unique=True, n=10)
    assert sorted(str(line) for _, _, line in found) == ["import os", "import sys"]


async def test_history_of_another_kind_is_refused(talk: Talk) -> None:
    reply = await talk.ask("history_request", {"hist_access_type": "all"})
    assert reply.content["status"] == "error"
    assert "tail, range or search" in reply.content["evalue"]

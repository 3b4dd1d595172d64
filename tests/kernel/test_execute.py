"""A cell is run, and what it does is told."""

import asyncio

import pytest

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


async def test_a_reply_goes_to_who_asked_and_outputs_to_everyone(talk: Talk) -> None:
    request = talk.cell("1")
    await talk.tell(request, client="console")
    receivers = {
        message.channel: client
        for message, client in talk.host.sent
        if message.parent_header == request.header
    }
    assert receivers == {"iopub": None, "shell": "console"}


async def test_cells_are_counted(talk: Talk) -> None:
    first, second = await talk.execute("1"), await talk.execute("2")
    assert [r.content["execution_count"] for r in (first, second)] == [1, 2]
    assert [m.content["execution_count"] for m in talk.sent("execute_input")] == [1, 2]
    assert [m.content["execution_count"] for m in talk.sent("execute_result")] == [1, 2]


async def test_a_semicolon_hides_the_value(talk: Talk) -> None:
    assert await talk.run("1;") == []


async def test_names_last_from_cell_to_cell(talk: Talk) -> None:
    await talk.run("import math as m\nx = 2")
    assert await talk.run("m.sqrt(x * 8), _i1, __name__") == [
        ("result", "(4.0, 'import math as m\\nx = 2', '__main__')")
    ]


async def test_an_error_is_shown_with_its_traceback_and_told_in_the_reply(talk: Talk) -> None:
    reply = await talk.execute("def f():\n    return 1 / 0\nf()")
    (error,) = talk.sent("error")
    assert reply.content["status"] == "error"
    assert reply.content["ename"] == error.content["ename"] == "ZeroDivisionError"
    assert reply.content["evalue"] == error.content["evalue"] == "division by zero"
    assert reply.content["traceback"] == error.content["traceback"]
    text = "\n".join(error.content["traceback"])
    assert "Cell" in text and "return" in text and "wasmnb_kernel" not in text


@pytest.mark.parametrize(
    ("code", "ename"),
    [
        ("1 +", "SyntaxError"),
        ("if 1:\npass", "IndentationError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("%no_such_magic", "UsageError"),
        ("class E(Exception):\n    def __str__(self): return 1/0\nraise E", "ZeroDivisionError"),
    ],
)
@pytest.mark.filterwarnings("ignore:To exit")
async def test_every_kind_of_failure_is_an_error_reply(talk: Talk, code: str, ename: str) -> None:
    reply = await talk.execute(code)
    assert (reply.content["status"], reply.content["ename"]) == ("error", ename)
    assert await talk.run("1") == [("result", "1")]


async def test_a_value_that_cannot_be_shown_fails_the_cell(talk: Talk) -> None:
    reply = await talk.execute("class C:\n    def __repr__(self): return 1/0\nC()")
    assert talk.outputs(reply) == [("error", "ZeroDivisionError: division by zero")]
    assert (reply.content["status"], reply.content["ename"]) == ("error", "ZeroDivisionError")


async def test_a_silent_cell_shows_no_value_and_is_not_counted(talk: Talk) -> None:
    assert await talk.run("x = 5\nx", silent=True) == []
    assert talk.sent("execute_input") == []
    reply = await talk.execute("x")
    assert reply.content["execution_count"] == 1


async def test_a_cell_that_is_not_stored_is_not_in_the_history(talk: Talk) -> None:
    await talk.run("1", store_history=False)
    await talk.run("2")
    reply = await talk.ask(
        "history_request", {"hist_access_type": "tail", "n": 5, "raw": True, "output": False}
    )
    assert [text for _, _, text in reply.content["history"]] == ["2"]


async def test_user_expressions_are_worked_out_after_the_cell(talk: Talk) -> None:
    reply = await talk.execute("x = 20", user_expressions={"twice": "x * 2", "bad": "nope"})
    expressions = reply.content["user_expressions"]
    assert expressions["twice"]["data"] == {"text/plain": "40"}
    assert (expressions["bad"]["status"], expressions["bad"]["ename"]) == ("error", "NameError")


async def test_await_works_at_the_top_of_a_cell(talk: Talk) -> None:
    code = "import asyncio\nawait asyncio.sleep(0, 'slept')"
    assert await talk.run(code) == [("result", "'slept'")]


async def test_what_a_task_prints_later_belongs_to_the_cell_that_made_it(talk: Talk) -> None:
    await talk.run("import asyncio\ngo = asyncio.Event()")
    first = await talk.execute(
        "async def later():\n    await go.wait()\n    print('late')\n    display('shown')\n"
        "task = asyncio.create_task(later())"
    )
    second = await talk.execute("go.set()\nprint('second')")
    await talk.until(lambda: ("display", "'shown'") in talk.outputs(first))
    assert talk.outputs(first) == [("stdout", "late\n"), ("display", "'shown'")]
    assert talk.outputs(second) == [("stdout", "second\n")]


async def test_what_a_callback_prints_later_is_sent_by_itself(talk: Talk) -> None:
    cell = await talk.execute(
        "import asyncio, sys\n"
        "asyncio.get_running_loop().call_soon(lambda: print('no newline', end='')) and None"
    )
    await talk.until(lambda: talk.outputs(cell))
    assert talk.outputs(cell) == [("stdout", "no newline")]


async def test_what_a_thread_prints_belongs_to_the_latest_cell(talk: Talk) -> None:
    code = "import threading\nt = threading.Thread(target=print, args=['t'])\nt.start(); t.join()"
    assert await talk.run(code) == [("stdout", "t\n")]


async def test_context_variables_last_from_cell_to_cell(talk: Talk) -> None:
    await talk.run("from contextvars import ContextVar\nv = ContextVar('v')\n_ = v.set(7)")
    assert await talk.run("await __import__('asyncio').sleep(0)\nv.get()") == [("result", "7")]


async def test_cells_run_one_after_another(talk: Talk) -> None:
    await talk.run("import asyncio\nseen = []")
    waiting = talk.tell(talk.cell("await asyncio.sleep(0)\nseen.append(1)"))
    await asyncio.gather(waiting, talk.tell(talk.cell("seen.append(2)")))
    assert await talk.run("seen") == [("result", "[1, 2]")]


async def test_an_error_aborts_the_cells_that_were_queued(talk: Talk) -> None:
    codes = ["1/0", "print('no')", "print('nor this')"]
    cells = [talk.cell(code) for code in codes]
    await asyncio.gather(*map(talk.tell, cells))
    replies = [talk.caused_by(cell)[-2].content["status"] for cell in cells]
    assert replies == ["error", "aborted", "aborted"]
    assert talk.outputs(cells[1]) == talk.outputs(cells[2]) == []
    assert await talk.run("2") == [("result", "2")]


async def test_requests_other_than_cells_are_not_aborted(talk: Talk) -> None:
    question = talk.message("kernel_info_request", {})
    await asyncio.gather(talk.tell(talk.cell("1/0")), talk.tell(question))
    assert talk.sent("kernel_info_reply")[0].content["status"] == "ok"


async def test_without_stop_on_error_the_queue_goes_on(talk: Talk) -> None:
    cells = [talk.cell("1/0", stop_on_error=False), talk.cell("1")]
    await asyncio.gather(*map(talk.tell, cells))
    assert talk.outputs(cells[1]) == [("result", "1")]


async def test_the_pager_and_the_next_input_are_payloads(talk: Talk) -> None:
    reply = await talk.execute("print?")
    (page,) = reply.content["payload"]
    assert page["source"] == "page" and "Prints the values" in page["data"]["text/plain"]
    reply = await talk.execute("get_ipython().set_next_input('x = 1', replace=True)")
    assert reply.content["payload"] == [
        {"source": "set_next_input", "text": "x = 1", "replace": True}
    ]
    assert (await talk.execute("1")).content["payload"] == []


@pytest.mark.parametrize("code", ["exit", "quit()"])
async def test_exit_asks_the_front_end_to_close_and_ends_the_kernel(talk: Talk, code: str) -> None:
    reply = await talk.execute(code)
    assert reply.content["payload"] == [{"source": "ask_exit", "keepkernel": False}]
    assert talk.host.stopped == [False]


async def test_packages_that_a_cell_imports_are_loaded_before_it_runs(talk: Talk) -> None:
    for name in ("here", "there"):
        talk.host.distribution[name] = (talk.folder / f"{name}.py").touch
    assert await talk.run("import here as h, os\nh.__name__") == [("result", "'here'")]
    assert await talk.run("%%capture\nfrom there import *") == []
    assert (talk.folder / "there.py").exists()


async def test_packages_that_a_module_of_the_folder_imports_are_loaded_too(talk: Talk) -> None:
    talk.host.distribution["needed"] = (talk.folder / "needed.py").touch
    (talk.folder / "tools").mkdir()
    (talk.folder / "tools" / "__init__.py").write_text("from . import inner")
    (talk.folder / "tools" / "inner.py").write_text("import needed")
    assert await talk.run("import tools\ntools.inner.needed.__name__") == [("result", "'needed'")]


async def test_a_package_that_cannot_be_loaded_is_explained(talk: Talk) -> None:
    assert await talk.run("import unreachable") == [
        ("stderr", "unreachable was not loaded: the network is down.\n"),
        ("error", "ModuleNotFoundError: No module named 'unreachable'"),
    ]


async def test_a_module_beside_the_notebook_can_be_imported(talk: Talk) -> None:
    (talk.folder / "neighbour.py").write_text("answer = 42")
    assert await talk.run("import neighbour\nneighbour.answer") == [("result", "42")]


async def test_cell_and_line_magics_work(talk: Talk) -> None:
    assert await talk.run("%%capture out\nprint('kept')") == []
    assert await talk.run("out.stdout") == [("result", "'kept\\n'")]
    assert await talk.run("%precision 2\n1/3") == [("result", "0.33")]
    assert await talk.run("%autoawait") == [
        ("stdout", "IPython autoawait is `on`, and set to use `asyncio`\n")
    ]


async def test_a_file_is_paged(talk: Talk) -> None:
    (talk.folder / "read.me").write_text("text")
    for magic in ("%less", "%more"):
        (page,) = (await talk.execute(f"{magic} read.me")).content["payload"]
        assert page["data"] == {"text/plain": "text"}


async def test_variables_are_stored_for_later(talk: Talk) -> None:
    await talk.run("kept = [1, 2]\n%store kept\ndel kept\n%store -r kept")
    assert await talk.run("kept") == [("result", "[1, 2]")]

"""The protocol's messages, each with what it leads to.

https://jupyter-client.readthedocs.io/en/stable/messaging.html
"""

import re

from .case import NOW, Ask, Case, Differs, Told, fails, result, run, stderr, stdout
from .rows import IN_CHROMIUM

FOREVER = "import asyncio\nprint('waiting', flush=True)\nawait asyncio.Event().wait()"
BUSY = "print('waiting', flush=True)\nwhile True: pass"
SLEEP = "import time\nprint('waiting', flush=True)\ntime.sleep(600)"
LATER = "import asyncio\nasync def later():\n    await go.wait()\n    print('late')\n"

SILENT = Differs("It logs what it cannot read, and replies nothing.", {"told": [], "reply": None})
DEAF = (
    "Its event loop waits in a system call that goes on after the signal: the cell is cancelled "
    "when something else wakes the loop."
)
IN_TURN = {"ipykernel": "It answers requests on shell one after another."}
NOBODY_ELSE = "Code in this process is busy with it: there is nobody who could interrupt it."
BY_SIGNAL = "Its kernelspec says that it is interrupted by a signal; tests/worker does so."
NO_SIGNALS = {"core": NOBODY_ELSE, **dict.fromkeys(IN_CHROMIUM, BY_SIGNAL)}
LATEST = "What a thread prints belongs to the latest cell."
NO_THREADS = "Python in WebAssembly has no threads."


def told(msg_type: str, **content: object) -> Told:
    return (msg_type, content)


CASES = [
    # --- execute ---
    Case(
        "outputs come in order, before the reply",
        [
            run(
                "import sys\nprint('a'); print('b', file=sys.stderr); display(3); print('c')\n4",
                stdout("a\n"),
                stderr("b\n"),
                told("display_data", data={"text/plain": "3"}, metadata={}),
                stdout("c\n"),
                result("4"),
            )
        ],
    ),
    Case(
        "a reply says which cell it was and what else the front end is to do",
        [
            run(
                "1",
                result("1"),
                reply={"execution_count": int, "payload": [], "user_expressions": {}},
            )
        ],
    ),
    Case(
        "ten thousand prints arrive whole",
        [run("for i in range(10_000): print(i)", stdout("".join(f"{i}\n" for i in range(10_000))))],
    ),
    Case(
        "a silent cell has no input and no value",
        [run("silently = 5\nsilently", silent=True), run("silently", result("5"))],
    ),
    Case(
        "a cell that is not stored is not in the history",
        [
            run("'stored'", result("'stored'")),
            run("'not stored'", result("'not stored'"), store_history=False),
            Ask(
                "history_request",
                {"hist_access_type": "tail", "n": 1, "raw": True, "output": False},
                reply={"status": "ok", "history": [[int, int, "'stored'"]]},
            ),
        ],
    ),
    Case(
        "user expressions are worked out after the cell",
        [
            run(
                "x = 20",
                user_expressions={"twice": "x * 2", "bad": "nope"},
                reply={
                    "user_expressions": {
                        "twice": {"status": "ok", "data": {"text/plain": "40"}, "metadata": {}},
                        "bad": {"status": "error", "ename": "NameError"},
                    }
                },
            )
        ],
    ),
    Case("an error is shown and replied", [fails("1/0", "ZeroDivisionError")]),
    Case("a syntax error is shown and replied", [fails("1 +", "SyntaxError")]),
    Case(
        "an error aborts what was queued",
        [
            fails("import time\ntime.sleep(0.3)\n1/0", "ZeroDivisionError"),
            Ask(
                "execute_request",
                {"code": "print('no')"},
                reply={"status": "aborted"},
                after=NOW,
            ),
            run("'on'", result("'on'")),
        ],
    ),
    Case(
        "without stop_on_error the queue goes on",
        [
            fails("1/0", "ZeroDivisionError", stop_on_error=False),
            run("'on'", result("'on'"), after=NOW),
        ],
    ),
    Case(
        "await works at the top of a cell",
        [run("import asyncio\nawait asyncio.sleep(0, 'slept')", result("'slept'"))],
    ),
    Case(
        "what a task prints later belongs to the cell that made it",
        [
            run(
                f"{LATER}go = asyncio.Event()\ntask = asyncio.create_task(later())",
                stdout("late\n"),
            ),
            run("go.set()\nawait task\nprint('second')", stdout("second\n")),
        ],
    ),
    Case(
        "what a callback prints later belongs to the cell that made it",
        [
            run(
                "import asyncio\ncalled = asyncio.get_running_loop().create_future()\n"
                "called.add_done_callback(lambda _: print('late'))",
                stdout("late\n"),
            ),
            run(
                "called.set_result(1)\nawait asyncio.sleep(0)\nprint('second')", stdout("second\n")
            ),
        ],
    ),
    Case(
        "what a thread prints later belongs to the cell that started it",
        [
            run(
                "import threading\ngo = threading.Event()\n"
                "def later(): go.wait(); print('late')\n"
                "thread = threading.Thread(target=later, daemon=True)\nthread.start()",
                stdout("late\n"),
                differs={"ipykernel": Differs(LATEST, {"told": [told("execute_input")]})},
            ),
            run(
                "go.set()\nthread.join()\nprint('second')",
                stdout("second\n"),
                differs={
                    "ipykernel": Differs(
                        LATEST, {"told": [told("execute_input"), stdout("late\nsecond\n")]}
                    )
                },
            ),
        ],
        not_on={"core in Node": NO_THREADS, **dict.fromkeys(IN_CHROMIUM, NO_THREADS)},
    ),
    Case(
        "a cell that is not stored does not count",
        [
            run("before = get_ipython().execution_count"),
            run("5", result("5"), store_history=False),
            run("get_ipython().execution_count - before", result("1")),
        ],
    ),
    # --- stdin ---
    Case(
        "input asks the person",
        [
            run(
                "input('Name? ')",
                result("'Ada'"),
                asked=[{"prompt": "Name? ", "password": False}],
                answers=["Ada"],
            )
        ],
    ),
    Case(
        "getpass asks without showing",
        [
            run(
                "import getpass\ngetpass.getpass('Word: ')",
                result("'secret'"),
                asked=[{"prompt": "Word: ", "password": True}],
                answers=["secret"],
            )
        ],
    ),
    Case(
        "the debugger talks through input",
        [
            run("def f(secret): return secret"),
            fails("f(1) / 0", "ZeroDivisionError"),
            run(
                "%debug",
                stdout(re.compile("\n42\n")),
                asked=[{"prompt": "ipdb> "}] * 2,
                answers=["p 6 * 7", "q"],
            ),
        ],
    ),
    Case(
        "where input is not allowed, it is an error of the cell",
        [fails("input()", "StdinNotImplementedError", allow_stdin=False)],
    ),
    Case(
        "a breakpoint stops the cell and lets it go on",
        [
            run(
                "breakpoint()\n'on'",
                stdout(re.compile("\n42\n")),
                result("'on'"),
                asked=[{"prompt": "ipdb> "}] * 2,
                answers=["p 6 * 7", "c"],
                differs={
                    "ipykernel": Differs(
                        "Its breakpoints are debugpy's: they stop where a debugger is attached.",
                        {"told": [told("execute_input"), result("'on'")], "asked": []},
                    )
                },
            )
        ],
    ),
    Case(
        "an end of file is one to the cell",
        [fails("input()", "EOFError", asked=[{"prompt": ""}], answers=["\x04"])],
    ),
    Case(
        "an interrupt stops input",
        [
            fails("input('Name? ')", "KeyboardInterrupt", asked=[{"prompt": "Name? "}]),
            Ask(
                "interrupt_request",
                {},
                reply={"status": "ok"},
                channel="control",
                after="input_request",
            ),
            run("'on'", result("'on'")),
        ],
        not_on={"core": NOBODY_ELSE},
    ),
    # --- display ---
    Case(
        "a display is updated by its id",
        [
            run(
                "handle = display('before', display_id='d')\nhandle.update('after')",
                told(
                    "display_data", data={"text/plain": "'before'"}, transient={"display_id": "d"}
                ),
                told(
                    "update_display_data",
                    data={"text/plain": "'after'"},
                    transient={"display_id": "d"},
                ),
            )
        ],
    ),
    Case(
        "output is cleared, now or when the next comes",
        [
            run(
                "from IPython.display import clear_output\nclear_output()\nclear_output(wait=True)",
                told("clear_output", wait=False),
                told("clear_output", wait=True),
            )
        ],
    ),
    Case(
        "a display has all of its looks",
        [
            run(
                "from IPython.display import HTML\nHTML('<b>x</b>')",
                told("execute_result", data={"text/html": "<b>x</b>", "text/plain": str}),
            )
        ],
    ),
    # --- payloads ---
    Case(
        "help is paged",
        [
            run(
                "zip?",
                reply={
                    "payload": [{"source": "page", "data": {"text/plain": str}, "start": int}],
                },
            )
        ],
    ),
    Case(
        "the next input is set",
        [
            run(
                "get_ipython().set_next_input('x = 1')",
                reply={
                    "payload": [{"source": "set_next_input", "text": "x = 1", "replace": False}]
                },
            )
        ],
    ),
    Case(
        "exit asks the front end to close",
        [
            run(
                "exit(keep_kernel=True)",
                reply={"payload": [{"source": "ask_exit", "keepkernel": True}]},
            )
        ],
    ),
    # --- introspection ---
    Case(
        "completion gives matches with types",
        [
            run("def some_function(a): ..."),
            Ask(
                "complete_request",
                {"code": "1 + some_fu", "cursor_pos": 11},
                reply={
                    "status": "ok",
                    "matches": ["some_function"],
                    "cursor_start": 4,
                    "cursor_end": 11,
                    "metadata": {
                        "_jupyter_types_experimental": [
                            {"start": 4, "end": 11, "text": "some_function", "type": "function"}
                        ]
                    },
                },
            ),
        ],
    ),
    Case(
        "positions count code points",
        [
            run("smile = 1"),
            Ask(
                "complete_request",
                {"code": "'😀😀'; smi + 1", "cursor_pos": 9},
                reply={"matches": ["smile"], "cursor_start": 6, "cursor_end": 9},
            ),
            Ask(
                "inspect_request",
                {"code": "'😀😀'; smile", "cursor_pos": 9, "detail_level": 0},
                reply={"found": True, "data": {"text/plain": re.compile("int")}},
            ),
        ],
    ),
    Case(
        "inspection tells more at the second level",
        [
            run("def documented():\n    'What it does.'\n    return 'its body'"),
            Ask(
                "inspect_request",
                {"code": "documented", "cursor_pos": 10, "detail_level": 0},
                reply={
                    "status": "ok",
                    "found": True,
                    "data": {"text/plain": re.compile("What it does")},
                    "metadata": {},
                },
            ),
            Ask(
                "inspect_request",
                {"code": "documented", "cursor_pos": 10, "detail_level": 1},
                reply={"found": True, "data": {"text/plain": re.compile("its body")}},
            ),
        ],
    ),
    Case(
        "inspection of nothing finds nothing",
        [
            Ask(
                "inspect_request",
                {"code": "nothing_like_this", "cursor_pos": 3, "detail_level": 0},
                reply={"status": "ok", "found": False, "data": {}, "metadata": {}},
            )
        ],
    ),
    Case(
        "code is complete, incomplete with an indent, or invalid",
        [
            Ask("is_complete_request", {"code": "1"}, reply={"status": "complete"}),
            Ask(
                "is_complete_request",
                {"code": "def f():"},
                reply={"status": "incomplete", "indent": "    "},
            ),
            Ask("is_complete_request", {"code": "1 +* 1"}, reply={"status": "invalid"}),
        ],
    ),
    Case(
        "history gives the latest, a range, and what matches",
        [
            run("'first of all'", result("'first of all'")),
            run("'second of all'", result("'second of all'")),
            Ask(
                "history_request",
                {"hist_access_type": "tail", "n": 2, "raw": True, "output": False},
                reply={
                    "status": "ok",
                    "history": [[int, int, "'first of all'"], [int, int, "'second of all'"]],
                },
            ),
            Ask(
                "history_request",
                {
                    "hist_access_type": "range",
                    "session": 0,
                    "start": 1,
                    "stop": 2,
                    "raw": True,
                    "output": True,
                },
                reply={"status": "ok", "history": [[0, 1, list]]},
            ),
            Ask(
                "history_request",
                {
                    "hist_access_type": "search",
                    "pattern": "*first of*",
                    "n": 1,
                    "unique": True,
                    "raw": True,
                    "output": False,
                },
                reply={"status": "ok", "history": [[int, int, "'first of all'"]]},
            ),
        ],
    ),
    # --- comms ---
    Case(
        "the kernel opens a comm, and sends and closes, with buffers",
        [
            run(
                "import comm\n"
                "c = comm.create_comm('t', data={'a': 1}, comm_id='ours', buffers=[b'x', b''])\n"
                "c.send({'b': 2}, buffers=[b'yz'])\nc.close()",
                told(
                    "comm_open",
                    comm_id="ours",
                    target_name="t",
                    data={"a": 1},
                    buffers=[b"x", b""],
                ),
                told("comm_msg", comm_id="ours", data={"b": 2}, buffers=[b"yz"]),
                told("comm_close", comm_id="ours", data={}),
            )
        ],
    ),
    Case(
        "a front end opens a comm, and sends and closes, with buffers",
        [
            run(
                "import comm\n"
                "def target(c, message):\n"
                "    c.on_msg(lambda m: c.send(m['content']['data'], buffers=m['buffers']))\n"
                "    c.on_close(lambda m: print('closed'))\n"
                "comm.get_comm_manager().register_target('echo', target)"
            ),
            Ask("comm_open", {"comm_id": "theirs", "target_name": "echo", "data": {}}),
            Ask(
                "comm_info_request",
                {"target_name": "echo"},
                reply={"status": "ok", "comms": {"theirs": {"target_name": "echo"}}},
            ),
            Ask(
                "comm_msg",
                {"comm_id": "theirs", "data": {"x": 1}},
                [told("comm_msg", comm_id="theirs", data={"x": 1}, buffers=[b"\0\1"])],
                buffers=[b"\0\1"],
            ),
            Ask("comm_close", {"comm_id": "theirs", "data": {}}, [stdout("closed\n")]),
        ],
    ),
    Case(
        "a comm to nobody is closed",
        [
            Ask(
                "comm_open",
                {"comm_id": "lost", "target_name": "nobody", "data": {}},
                [told("comm_close", comm_id="lost"), stderr(re.compile("no such target"))],
                differs={
                    "ipykernel": Differs(
                        "It logs the failure as it stumbles over it, before it closes the comm.",
                        {"told": [stderr(re.compile("No such comm target")), told("comm_close")]},
                    )
                },
            )
        ],
    ),
    Case(
        "open comms are listed",
        [Ask("comm_info_request", {}, reply={"status": "ok", "comms": dict})],
    ),
    # --- the kernel itself ---
    Case(
        "the kernel says what it is",
        [
            Ask(
                "kernel_info_request",
                {},
                reply={
                    "status": "ok",
                    "protocol_version": re.compile(r"^5\.\d"),
                    "implementation": str,
                    "implementation_version": str,
                    "language_info": {
                        "name": "python",
                        "version": re.compile(r"^3\."),
                        "mimetype": "text/x-python",
                        "file_extension": ".py",
                        "pygments_lexer": str,
                        "codemirror_mode": dict,
                        "nbconvert_exporter": "python",
                    },
                    "banner": re.compile("IPython"),
                    "help_links": list,
                    "supported_features": [],
                },
                differs={
                    "ipykernel": Differs(
                        "It has subshells and a debugger, which need threads and sockets; there "
                        "are none in the browser.",
                        {"reply": {"supported_features": ["kernel subshells", "debugger"]}},
                    )
                },
            )
        ],
    ),
    Case(
        "control is answered as shell is",
        [Ask("kernel_info_request", {}, reply={"status": "ok"}, channel="control")],
    ),
    Case("connect is answered", [Ask("connect_request", {}, reply={"status": "ok"})]),
    Case(
        "an interrupt stops a cell that awaits",
        [
            fails(FOREVER, "KeyboardInterrupt", stdout("waiting\n")),
            Ask("interrupt_request", {}, reply={"status": "ok"}, channel="control", after="stream"),
            run("'on'", result("'on'")),
        ],
        not_on={"ipykernel": DEAF},
    ),
    Case(
        "an interrupt stops a cell that is busy",
        [
            fails(BUSY, "KeyboardInterrupt", stdout("waiting\n")),
            Ask("interrupt_request", {}, reply={"status": "ok"}, channel="control", after="stream"),
            run("'on'", result("'on'")),
        ],
        not_on=NO_SIGNALS,
    ),
    Case(
        "an interrupt stops a cell that sleeps",
        [
            fails(SLEEP, "KeyboardInterrupt", stdout("waiting\n")),
            Ask("interrupt_request", {}, reply={"status": "ok"}, channel="control", after="stream"),
            run("'on'", result("'on'")),
        ],
        not_on={
            "core": NOBODY_ELSE,
            "ipykernel": "An interrupt that comes while it sends what was printed can be lost.",
        },
    ),
    Case(
        "while a cell awaits, a comm brings what it waits for",
        [
            run(
                "import asyncio, comm\narrived = asyncio.get_running_loop().create_future()\n"
                "c = comm.create_comm('t', comm_id='awaited')\n"
                "c.on_msg(lambda m: arrived.set_result(m['content']['data']))",
                told("comm_open", comm_id="awaited"),
            ),
            run(
                "print('waiting', flush=True)\nawait arrived",
                stdout("waiting\n"),
                result("{'x': 1}"),
            ),
            Ask("comm_msg", {"comm_id": "awaited", "data": {"x": 1}}, after="stream"),
        ],
        not_on=IN_TURN,
    ),
    Case(
        "while a cell awaits, other requests are answered",
        [
            fails(FOREVER, "KeyboardInterrupt", stdout("waiting\n")),
            Ask(
                "complete_request",
                {"code": "pri", "cursor_pos": 3},
                reply={"status": "ok", "matches": ["print"]},
                after="stream",
            ),
            Ask(
                "interrupt_request",
                {},
                reply={"status": "ok"},
                channel="control",
                after="complete_reply",
            ),
        ],
        not_on=IN_TURN,
    ),
    # --- what is wrong ---
    Case(
        "a request of an unknown type gets an error reply",
        [
            Ask(
                "odd_request",
                {},
                [stderr(re.compile("no handler for messages of type odd_request"))],
                {"status": "error", "ename": "UnknownMessage", "evalue": str, "traceback": list},
                differs={"ipykernel": SILENT},
            )
        ],
    ),
    Case(
        "a request that lacks something gets an error reply",
        [
            Ask(
                "execute_request",
                {},
                [stderr(re.compile("needs code"))],
                {"status": "error", "ename": "MalformedMessage", "evalue": re.compile("code")},
                differs={"ipykernel": SILENT},
            ),
            run("'on'", result("'on'")),
        ],
    ),
]

SHUTDOWN = Case(
    "shutdown is told to everyone, and replied",
    [
        Ask(
            "shutdown_request",
            {"restart": False},
            [told("shutdown_reply", status="ok", restart=False)],
            {"status": "ok", "restart": False},
            channel="control",
        )
    ],
    not_on={"ipykernel": "It may exit before it has said that it is idle."},
)

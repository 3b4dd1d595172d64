"""The core as an ordinary process, with the stock client at the other end of its sockets."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
import zmq
from jupyter_client.session import Session
from wasmnb_zmq.connection import SOCKETS
from wasmnb_zmq.kernelspec import NATIVE

from ..interrupts import FINALIZER
from .conftest import DEADLINE, Start


def test_cells_are_run(start: Start) -> None:
    assert start(NATIVE).run("print('a')\n6 * 7") == [("stdout", "a\n"), ("result", "42")]


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import time; time.sleep(600)",
        "import asyncio; await asyncio.sleep(600)",
        "input()",
        "sum(1 for _ in iter(int, 1))",
        "!sleep 600",
    ],
)
def test_a_signal_interrupts(start: Start, code: str) -> None:
    talk = start(NATIVE)
    msg_id = talk.run_until_printed(f"print('running', flush=True)\n{code}")
    talk.manager.interrupt_kernel()
    reply = talk.reply(msg_id)
    if not code.startswith("!"):  # the command hears of it, and Python goes on
        assert reply["ename"] == "KeyboardInterrupt"
    assert talk.run("1") == [("result", "1")]


def test_a_signal_that_meets_a_finalizer_is_not_lost(start: Start) -> None:
    talk = start(NATIVE)
    msg_id = talk.run_until_printed(FINALIZER)
    talk.manager.interrupt_kernel()
    assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"


def test_a_signal_that_meets_the_start_of_a_command_ends_it(start: Start) -> None:
    talk = start(NATIVE)
    signalled = "lambda: signal.raise_signal(signal.SIGINT)"
    talk.run(f"import os, signal\nos.register_at_fork(after_in_parent={signalled})")
    assert talk.reply(talk.client.execute("!sleep 600"))["status"] == "ok"
    assert talk.run("1") == [("result", "1")]


def test_a_message_interrupts_busy_code(start: Start) -> None:
    talk = start(NATIVE)
    msg_id = talk.run_until_printed("print('running', flush=True)\nwhile True: pass")
    talk.client.control_channel.send(talk.client.session.msg("interrupt_request", {}))
    assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"
    reply = talk.client.get_control_msg(timeout=DEADLINE)
    assert (reply["msg_type"], reply["content"]) == ("interrupt_reply", {"status": "ok"})
    assert talk.run("1") == [("result", "1")]


def test_of_many_interrupts_none_is_lost(start: Start) -> None:
    talk = start(NATIVE)
    for number in range(60):
        busy = "pass" if number % 2 else "print('x', end='')"
        msg_id = talk.run_until_printed(f"print('running', flush=True)\nwhile True: {busy}")
        talk.manager.interrupt_kernel()
        assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"


def test_what_was_printed_is_shown_while_code_is_busy(start: Start) -> None:
    talk = start(NATIVE)
    # So many lines do not all go out at once, and the text after them does not end.
    msg_id = talk.client.execute("for i in range(50): print(i)\nprint('last', end='')\nwhile 1: 1")
    text = ""
    while not text.endswith("last"):
        text += talk.iopub()["content"].get("text", "")
    talk.manager.interrupt_kernel()
    assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"


def test_a_busy_kernel_is_shut_down(start: Start) -> None:
    talk = start(NATIVE)
    talk.run_until_printed("print('running', flush=True)\nwhile True: pass")
    talk.client.shutdown()
    assert talk.client.get_control_msg(timeout=DEADLINE)["msg_type"] == "shutdown_reply"
    talk.manager.provisioner.process.wait(DEADLINE)  # type: ignore[union-attr]  # a local one


def test_the_heart_beats_while_python_holds_its_lock(start: Start) -> None:
    talk = start(NATIVE)
    msg_id = talk.client.execute("import re\ninput()\nre.match('(a+)+b', 'a' * 64)")
    talk.client.get_stdin_msg(timeout=DEADLINE)
    talk.client.input("go")
    with zmq.Context() as context, context.socket(zmq.REQ) as heart:
        heart.linger = 0
        heart.connect(f"tcp://127.0.0.1:{talk.manager.hb_port}")
        for _ in range(3):
            heart.send(b"ping")
            assert heart.poll(DEADLINE * 1000)
            assert heart.recv() == b"ping"
    talk.manager.interrupt_kernel()
    assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"


def test_input_is_asked_of_who_runs_the_cell(start: Start) -> None:
    talk = start(NATIVE)
    msg_id = talk.client.execute("name = input('Name? ')")
    question = talk.client.get_stdin_msg(timeout=DEADLINE)
    assert question["content"] == {"prompt": "Name? ", "password": False}
    talk.client.input("Ada")
    assert talk.reply(msg_id)["status"] == "ok"
    assert talk.run("name") == [("result", "'Ada'")]


def test_a_task_that_ends_with_an_interrupt_leaves_the_kernel_alive(start: Start) -> None:
    talk = start(NATIVE)
    code = "import asyncio\nasync def f(): raise {}\nt = asyncio.create_task(f())\n"
    for error in ("KeyboardInterrupt", "SystemExit"):
        talk.run(code.format(error) + "await asyncio.sleep(0.01)")
        assert talk.run("1") == [("result", "1")]


def test_a_message_that_is_not_signed_with_the_key_is_not_answered(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    talk = start(NATIVE)
    complaints = ""
    with zmq.Context() as context, context.socket(zmq.DEALER) as shell:
        shell.connect(f"tcp://127.0.0.1:{talk.manager.shell_port}")
        Session(key=b"another").send(shell, "kernel_info_request", {})
        shell.send_multipart([b"not", b"a", b"message"])
        shell.send_multipart([b"<IDS|MSG>"])
        # It has read all three when it complains of the last.
        deadline = monotonic() + DEADLINE
        while "lacks some of its parts" not in complaints and monotonic() < deadline:
            assert not shell.poll(50)
            complaints += capfd.readouterr().err
        assert talk.run("1") == [("result", "1")]
        assert not shell.poll(0)
    assert "was not sent by one of its clients" in complaints
    assert "has no <IDS|MSG>" in complaints
    assert "lacks some of its parts" in complaints


def test_a_signed_message_that_is_not_json_gets_a_complaint(start: Start) -> None:
    talk = start(NATIVE)
    session = talk.client.session
    parts = [b"{}", b"{}", b"{}", b"garbage"]
    talk.client.shell_channel.socket.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
    while (message := talk.iopub())["msg_type"] != "stream":
        pass
    assert "cannot read" in message["content"]["text"]
    assert talk.run("1") == [("result", "1")]


def test_buffers_arrive_whole(start: Start) -> None:
    talk = start(NATIVE)
    talk.run(
        "import comm\n"
        "def target(c, opening):\n"
        "    c.send({}, buffers=[bytes(b)[::-1] for b in opening['buffers']])\n"
        "comm.get_comm_manager().register_target('echo', target)"
    )
    content = {"comm_id": "c", "target_name": "echo", "data": {}}
    session = talk.client.session
    sent = [b"abc" * 100_000, b"", b"xyz"]
    session.send(talk.client.shell_channel.socket, "comm_open", content, buffers=sent)
    while (message := talk.iopub())["msg_type"] != "comm_msg":
        pass
    assert [bytes(b) for b in message["buffers"]] == [bytes(b)[::-1] for b in sent]


def test_a_kernel_ends_when_who_started_it_was_killed() -> None:
    code = (
        "import sys, time\nfrom jupyter_client.manager import start_new_kernel\n"
        f"km, kc = start_new_kernel(kernel_name={NATIVE!r})\n"
        "print(km.provisioner.pid, flush=True)\ntime.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)  # noqa: S603
    with starter:
        assert starter.stdout
        kernel = int(starter.stdout.readline())
        waiting = os.pidfd_open(kernel)
        starter.kill()
    poller = zmq.Poller()
    poller.register(waiting, zmq.POLLIN)
    assert poller.poll(DEADLINE * 1000), "The kernel still runs."
    os.close(waiting)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("no json", "cannot be read"),
        ("[]", "is no JSON object"),
        ("{}", "needs shell_port as int; this one has None"),
        (json.dumps({"key": 5}), "needs shell_port as int"),
    ],
)
def test_a_bad_connection_file_is_explained(tmp_path: Path, content: str, sentence: str) -> None:
    fails_with(sentence, tmp_path, content)


def test_a_port_that_is_taken_is_explained(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        content = json.dumps({f"{name}_port": port for name in SOCKETS})
        place = f"The shell channel cannot be opened at tcp://127.0.0.1:{port}"
        fails_with(
            f"{place}, which the connection file names: Address already in use", tmp_path, content
        )


def fails_with(sentence: str, folder: Path, content: str) -> None:
    """A kernel with that connection file ends with the sentence."""
    file = folder / "connection.json"
    file.write_text(content)
    command = [sys.executable, "-m", "wasmnb_zmq", "-f", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)  # noqa: S603
    assert ended.returncode == 1
    assert sentence in ended.stderr and "Traceback" not in ended.stderr


def test_a_flood_of_output_is_interrupted(start: Start) -> None:
    talk = start(NATIVE)
    msg_id = talk.client.execute("while True: print('x' * 10_000)")
    while "rate-limited" not in (message := talk.iopub())["content"].get("text", ""):
        pass
    assert message["content"]["name"] == "stderr"
    talk.manager.interrupt_kernel()
    assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"
    assert talk.run("1") == [("result", "1")]

"""The kernel in WebAssembly, outside of a browser."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pexpect  # type: ignore[import-untyped]  # it has no types
import pytest
from wasmnb_zmq.kernelspec import NATIVE, SPECS, WASM, install

from ..interrupts import FINALIZER
from .conftest import DEADLINE, Start, Talk, talking

NOTEBOOKS = Path(__file__).parents[2] / ".cache" / "notebooks" / "nbclient" / "tests" / "files"

# What gets around Python: JavaScript, and Pyodide's own door to the files of its host.
ESCAPES = [
    "open({!r}).read()",
    "from pyodide.code import run_js\n"
    "run_js('process.getBuiltinModule(\"fs\")').readFileSync({!r})",
    "import pyodide_js\nfrom pyodide.ffi import to_js\n"
    "from js import Object\nimport os\n"
    "os.mkdir('/tmp/host')\n"
    "pyodide_js.mountNodeFS('/tmp/host', '/')\nopen('/tmp/host' + {!r}).read()",
    "from pyodide.code import run_js\n"
    "code = 'require(\"worker_threads\").parentPort.postMessage('\n"
    'code += \'require("fs").readFileSync("{0}", "utf8"))\'\n'
    "Worker = run_js('process.getBuiltinModule(\"worker_threads\")').Worker\n"
    "from js import Object, Promise\nfrom pyodide.ffi import to_js\n"
    "worker = Worker.new(code, to_js({{'eval': True}}, dict_converter=Object.fromEntries))\n"
    "import asyncio\nread = asyncio.get_running_loop().create_future()\n"
    "from pyodide.ffi import create_proxy\n"
    "worker.on('message', create_proxy(read.set_result))\n"
    "worker.on('error', create_proxy(lambda e: read.set_exception(OSError(str(e)))))\n"
    "await read",
    "from pyodide.code import run_js\n"
    "run_js('process.getBuiltinModule(\"child_process\")').execFileSync('cat', [{!r}])",
]


ANSWER_TO_NOBODY = """from wasmnb_kernel.message import Message, encode, header
mine = Message("control", header("kernel_info_request", session="mine"))
await get_ipython().kernel.receive(encode(mine), client="made-up")"""
LISTEN = """import socket
with socket.socket() as door:
    door.bind(("127.0.0.1", 0))
    try:
        door.listen()
    except OSError as error:
        print(error.strerror)"""

INTERRUPTED_IN_A_LOOK = """from wasmnb_kernel.hosts import node
look = node._is_answer
def interrupted(message):
    node._is_answer = look
    raise KeyboardInterrupt
node._is_answer = interrupted
print('running', flush=True)
input()"""

# The end is asked for before the kernel has done all that it does after a reply.
SLOW_AFTER_A_REPLY = """import time
host = get_ipython().kernel.host
send = host.send
def slowly(data, client):
    send(data, client)
    if b'execute_reply' in data:
        time.sleep(1)
host.send = slowly
exit()"""


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    """A kernel for the tests that leave it alive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSWORD", "the secret")
        with talking(WASM) as talk:
            yield talk


def test_python_runs_in_webassembly(talk: Talk) -> None:
    assert talk.run("import sys\nsys.platform") == [("result", "'emscripten'")]


def test_packages_that_come_with_it_are_imported(talk: Talk) -> None:
    assert talk.run("import ipywidgets\nipywidgets.IntSlider(3).value") == [("result", "3")]


def test_what_a_start_does_not_import_is_there_when_it_is_used(talk: Talk) -> None:
    code = "import html\nhtml.unescape('&eacute;&notin; &amp; &nonsense;')"
    assert talk.run(code) == [("result", "'é∉ & &nonsense;'")]
    code = "import logging.config, html.entities\n"
    code += "logging.config.dictConfig({'version': 1, 'root': {'level': 'ERROR'}})\n"
    code += "logging.getLogger().level, html.entities.html5['amp;']"
    assert talk.run(code) == [("result", "(40, '&')")]


def test_a_module_beside_the_notebook_is_in_no_debuggers_way(start: Start) -> None:
    talk = start(WASM)
    talk.run("open('code.py', 'w').write('1 / 0')")
    assert talk.run("import pdb; pdb.Pdb.__module__") == [
        ("result", "'wasmnb_kernel.shell.debugger'")
    ]


def test_what_it_cannot_do_leaves_it_alive(talk: Talk) -> None:
    assert talk.run(LISTEN) == [("stdout", "Not supported\n")]
    assert talk.run(ANSWER_TO_NOBODY) == []
    assert talk.run("6 * 7") == [("result", "42")]


def test_what_jedi_reads_is_parsed_already(talk: Talk) -> None:
    code = "from pathlib import Path\nPath('').exis"
    reply = talk.reply(talk.client.complete(code))
    assert reply["matches"] == ["exists"]
    # It has added no tree of its own to those that were laid out.
    assert talk.run(
        "import jedi, pathlib\nfrom zipfile import ZipFile\n"
        "from wasmnb_kernel.shell.jedi_cache import ARCHIVE\n"
        "trees = pathlib.Path(jedi.settings.cache_directory).rglob('*.pkl')\n"
        "len(list(trees)) == len(ZipFile(ARCHIVE).namelist()) > 10"
    ) == [("result", "True")]


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import time; time.sleep(600)",
        "import asyncio; await asyncio.sleep(600)",
        "input()",
    ],
)
def test_a_signal_interrupts(talk: Talk, code: str) -> None:
    msg_id = talk.run_until_printed(f"print('running', flush=True)\n{code}")
    talk.manager.interrupt_kernel()
    assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"
    assert talk.run("1") == [("result", "1")]


def test_a_signal_that_meets_a_finalizer_is_not_lost(talk: Talk) -> None:
    msg_id = talk.run_until_printed(FINALIZER)
    talk.manager.interrupt_kernel()
    assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"


def test_of_many_interrupts_none_is_lost(talk: Talk) -> None:
    for _ in range(50):
        msg_id = talk.run_until_printed("print('running', flush=True)\nwhile True: pass")
        talk.manager.interrupt_kernel()
        assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"


def test_an_interrupt_loses_no_message_that_input_looked_at(talk: Talk) -> None:
    msg_id = talk.run_until_printed(INTERRUPTED_IN_A_LOOK)
    info = talk.client.kernel_info()
    assert talk.reply(msg_id)["ename"] == "KeyboardInterrupt"
    assert talk.reply(info)["status"] == "ok"


@pytest.mark.parametrize("escape", ESCAPES)
def test_python_cannot_see_this_machines_files(talk: Talk, tmp_path: Path, escape: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    outputs = talk.run(escape.format(str(secret)))
    assert outputs[-1][0] == "error"
    assert "the secret" not in str(outputs)


def test_the_environment_of_this_machine_stays_unknown(talk: Talk) -> None:
    code = "import os\nfrom pyodide.code import run_js\n"
    code += "'the secret' in str(os.environ) + run_js('JSON.stringify(process.env)')"
    assert talk.run(code) == [("result", "False")]


def test_a_busy_kernel_is_shut_down(start: Start) -> None:
    talk = start(WASM)
    talk.run_until_printed("print('running', flush=True)\nwhile True: pass")
    talk.client.shutdown()
    assert talk.client.get_control_msg(timeout=DEADLINE)["msg_type"] == "shutdown_reply"
    talk.manager.provisioner.process.wait(DEADLINE)  # type: ignore[union-attr]  # a local one


@pytest.mark.parametrize("code", ["exit", SLOW_AFTER_A_REPLY])
@pytest.mark.parametrize("kernel", [NATIVE, WASM])
def test_who_types_exit_can_read_the_reply_and_ask_for_the_end(
    start: Start, kernel: str, code: str
) -> None:
    talk = start(kernel)
    reply = talk.reply(talk.client.execute(code))
    assert reply["payload"] == [{"source": "ask_exit", "keepkernel": False}]
    talk.client.shutdown()
    assert talk.client.get_control_msg(timeout=DEADLINE)["msg_type"] == "shutdown_reply"
    talk.manager.provisioner.process.wait(DEADLINE)  # type: ignore[union-attr]  # a local one


def test_a_kernel_that_crashes_says_so_and_ends(start: Start) -> None:
    talk = start(WASM)
    talk.client.execute("import os\nos._exit(3)")
    while (message := talk.iopub())["msg_type"] != "stream":
        pass
    assert message["content"]["name"] == "stderr"
    talk.manager.provisioner.process.wait(DEADLINE)  # type: ignore[union-attr]  # a local one


def test_a_folder_that_is_named_is_seen_and_no_other(
    start: Start, specs: Path, tmp_path: Path
) -> None:
    shown = tmp_path / "shown"
    shown.mkdir()
    (shown / "data.txt").write_text("data")
    (tmp_path / "secret.txt").write_text("the secret")
    install(SPECS["wasm"], "with-folder", specs, "--folder", str(shown))
    talk = start("with-folder")
    assert talk.run("open('data.txt').read()") == [("result", "'data'")]
    talk.run("open('new.txt', 'w').write('from Python')")
    assert (shown / "new.txt").read_text() == "from Python"
    assert talk.run("open('../secret.txt').read()")[-1][0] == "error"


NAMES = ["HelloWorld", "Factorials", "Clear Output", "Unicode"]


def test_notebooks_of_others_are_run_by_jupyter_execute(tmp_path: Path) -> None:
    files = [shutil.copy(NOTEBOOKS / f"{name}.ipynb", tmp_path) for name in NAMES]
    execute = Path(sys.executable).with_name("jupyter-execute")
    command = [execute, f"--kernel_name={WASM}", "--inplace", *files]
    subprocess.run(command, check=True, timeout=10 * DEADLINE)  # noqa: S603
    for file in map(Path, files):
        assert shown(file) == shown(NOTEBOOKS / file.name)


def shown(file: Path) -> str:
    """The text that a notebook shows."""
    notebook = nbformat.read(file, 4)  # type: ignore[no-untyped-call]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.get("text") or str(output.get("data")) for output in outputs)


def test_jupyter_console_talks_to_it(specs: Path) -> None:
    environment = {"JUPYTER_PATH": str(specs), "PATH": "/usr/bin:/bin", "TERM": "dumb"}
    command = f"{sys.executable} -m jupyter_console --kernel {WASM} --simple-prompt"
    console = pexpect.spawn(command, timeout=DEADLINE, encoding="utf-8", env=environment)
    try:
        console.expect(r"In \[1\]:")
        console.sendline("import sys; print('on', sys.platform)")
        console.expect("on emscripten")
        console.expect(r"In \[2\]:")
        console.sendline("6 * 7")
        console.expect(r"Out\[2\]: 42")
        console.expect(r"In \[3\]:")
        console.sendline("exit")
        console.expect(pexpect.EOF)
    finally:
        console.close(force=True)

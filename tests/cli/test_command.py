"""The command, run as users run it: what it prints, which port it has, how it stops."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import tomllib
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Queue
from typing import IO

import pytest

import wasmnb
from wasmnb import network
from wasmnb.cli.open_browser import browser_opened
from wasmnb.errors import Unusable

ROOT = Path(wasmnb.__file__).parents[1]
DEADLINE = 30


class Server:
    """A running `wasmnb serve`."""

    def __init__(self, process: subprocess.Popen[str], printed: list[str]) -> None:
        self.process = process
        self.printed = printed
        found = re.search(r"Open (https?://([^:]+|\[.*\]):(\d+)(\S*))", "".join(printed))
        assert found, printed
        self.url, self.host, self.port, self.start = (
            found[1],
            found[2].strip("[]"),
            int(found[3]),
            found[4],
        )

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        """The answer to a request whose path goes out just as it is written."""
        with closing(http.client.HTTPConnection(self.host, self.port, DEADLINE)) as connection:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def stop(self, stop: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(stop)
        return self.process.wait(DEADLINE)


def command(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  the program under test
        [sys.executable, "-m", "wasmnb", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(*arguments: str | Path, **environment: str) -> Iterator[Server]:
    process = command("serve", "--no-browser", *arguments, **environment)
    with process:
        try:
            yield Server(process, until_ready(stderr_of(process)))
        finally:
            process.kill()


def stderr_of(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stderr
    return process.stderr


def until_ready(lines: IO[str]) -> list[str]:
    printed: list[str] = []
    for line in lines:
        printed.append(line)
        if line.startswith("Stop with"):
            break
    return printed


def failing(*arguments: str | Path, **environment: str) -> str:
    """The sentence with which a command ends that cannot do what was asked."""
    with command(*arguments, **environment) as process:
        _, printed = process.communicate(timeout=DEADLINE)
    assert process.returncode not in (0, None)
    assert "Traceback" not in printed
    return printed


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_it_prints_an_address_that_lets_in_and_serves_the_folder(folder: Path) -> None:
    (folder / "a.txt").write_text("text")
    with serving(folder, "--port", "0") as server:
        assert server.start.startswith("/lab?token=")
        assert f"Serving {folder}\n" in server.printed
        assert server.ask(server.start)[0] == 302
        token = server.start.partition("=")[2]
        status, text = server.ask("/api/contents/a.txt", Authorization=f"token {token}")
        assert (status, json.loads(text)["content"]) == (200, "text")
        assert server.ask("/api/contents/a.txt")[0] == 403


def test_a_port_that_is_taken_moves_to_the_next(folder: Path, taken: int) -> None:
    with serving(folder, "--port", str(taken)) as server:
        assert taken < server.port <= taken + 50
        assert f"Port {taken} is in use; this server uses port {server.port}.\n" in server.printed


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(folder: Path, stop: signal.Signals) -> None:
    with serving(folder, "--port", "0") as server:
        assert server.stop(stop) == 0
        assert stderr_of(server.process).read() == ""


def test_uploads_that_are_not_complete_are_given_up_at_the_end(folder: Path) -> None:
    with serving(folder, "--port", "0", "--token", "") as server:
        model = {"type": "file", "format": "text", "content": "half", "chunk": 1}
        with closing(http.client.HTTPConnection(server.host, server.port, DEADLINE)) as client:
            client.request("PUT", "/api/contents/a.bin", json.dumps(model))
            assert client.getresponse().status == 201
        assert list(folder.iterdir())
        assert server.stop() == 0
    assert not list(folder.iterdir())


def test_a_notebook_can_be_opened_by_its_name(folder: Path) -> None:
    notebook = folder / "a b.ipynb"
    notebook.write_text("{}")
    with serving(notebook, "--port", "0", "--token", "") as server:
        assert server.start == "/lab/tree/a%20b.ipynb"
        assert server.ask("/api/contents/a%20b.ipynb?content=0")[0] == 200


def test_the_token_can_be_given(folder: Path) -> None:
    variable = {"WASMNB_TOKEN": "from outside"}
    with serving(folder, "--port", "0", **variable) as server:
        assert server.start == "/lab?token=from+outside"
        assert server.ask("/api/me", Authorization="token from outside")[0] == 200
    arguments = (folder, "--port", "0", "--token", "option")
    with serving(*arguments, **variable) as server:
        assert server.start == "/lab?token=option"


def test_an_empty_variable_does_not_open_the_door(folder: Path) -> None:
    with serving(folder, "--port", "0", WASMNB_TOKEN="") as server:
        assert server.ask("/api/me")[0] == 403


def test_requests_are_logged_without_the_token(folder: Path) -> None:
    with serving(folder, "--port", "0", "--token", "s3cret", "--debug") as server:
        server.ask("/lab?token=s3cret")
        server.ask("/api/me?token=s3cret")
        server.stop()
        log = stderr_of(server.process).read()
    assert "302 GET /lab\n" in log
    assert "200 GET /api/me\n" in log
    assert "s3cret" not in log


@pytest.mark.parametrize(
    "path",
    ["/api/contents/..", "/api/contents/.", "/api/contents/d/..", "/api/contents/../..", "/../x"],
)
def test_dots_in_an_address_lead_nowhere(folder: Path, path: str) -> None:
    (folder / "d").mkdir()
    (folder / "d/a.txt").write_text("precious")
    with serving(folder, "--port", "0", "--token", "") as server:
        for method in ("GET", "DELETE"):
            assert server.ask(path, method)[0] in (400, 404)
        assert server.ask("//evil.example/..")[0] == 404
        assert server.ask("/api/contents", Host="evil.example")[0] == 403
    assert (folder / "d/a.txt").read_text() == "precious"


def test_another_address_of_this_computer_can_be_listened_on(folder: Path) -> None:
    with serving(folder, "--port", "0", "--ip", "127.0.0.2") as server:
        assert server.url.startswith("http://127.0.0.2:")
        assert server.ask(server.start)[0] == 302


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{tmp}/no"], "There is no folder '{tmp}/no'"),
        (["{tmp}/a.txt"], "is neither a folder nor a notebook"),
        ([".", "--ip", "no.such.host.invalid"], "is not an address of this computer"),
        ([".", "--ip", "192.0.2.1"], "Cannot listen on 192.0.2.1"),
        ([".", "--ip", "*", "--token", ""], "Without a token anyone who reaches 0.0.0.0"),
        ([".", "--ip", "", "--token", ""], "Without a token"),
        ([".", "--port", "80000"], "'80000' is not a port"),
        ([".", "--port", "http"], "'http' is not a port"),
        ([".", "--frobnicate"], "unrecognized arguments: --frobnicate"),
    ],
)
def test_what_cannot_be_served_is_said(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    (tmp_path / "a.txt").touch()
    given = [argument.format(tmp=tmp_path) for argument in arguments]
    assert sentence.format(tmp=tmp_path) in failing("serve", "--no-browser", *given)


def test_when_all_ports_are_taken_it_says_which(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "MAX_TRIES", 0)
    with pytest.raises(Unusable, match=f"The ports {taken} to {taken} are all in use"):
        network.listen("127.0.0.1", taken)


async def test_an_answer_is_not_held_back_until_its_beginning_has_arrived() -> None:
    """TCP gathers small parts by itself, which takes 40 ms where the other end gathers, too."""
    is_at_once = asyncio.Future[int]()

    async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        is_at_once.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    door = network.listen("127.0.0.1", 0)
    async with await asyncio.start_server(note, sock=door):
        _, writer = await asyncio.open_connection(*door.getsockname())
        assert await is_at_once
        writer.close()


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == wasmnb.__version__


# --- what is deleted ---


@pytest.mark.parametrize("option", [None, "--no-trash"])
def test_what_is_deleted_goes_to_the_trash(
    folder: Path, tmp_path: Path, option: str | None
) -> None:
    if not option:
        pytest.importorskip("send2trash", reason="Without Send2Trash there is no trash.")
    (folder / "d").mkdir()
    (folder / "d/a.txt").write_text("precious")
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    options = [option] if option else []
    with serving(folder, "--port", "0", "--token", "", *options, **home) as server:
        status, _ = server.ask("/api/contents/d", "DELETE")
    trash = tmp_path / "data/Trash/files/d/a.txt"
    if option:
        assert (status, (folder / "d/a.txt").read_text()) == (400, "precious")
    else:
        assert (status, trash.read_text(), list(folder.iterdir())) == (204, "precious", [])


# --- encryption ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, its key in the same file."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    made = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(file), "-out", str(file.with_suffix(".crt"))]
    command = ["openssl", *made.split(), *names, *files]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    file.write_text(file.read_text() + file.with_suffix(".crt").read_text())
    return file


def test_with_a_certificate_it_is_encrypted(folder: Path, certificate: Path) -> None:
    with serving(folder, "--port", "0", "--certfile", certificate) as server:
        assert server.url.startswith("https://127.0.0.1:")
        trusted = ssl.create_default_context(cafile=certificate)
        with closing(
            http.client.HTTPSConnection(server.host, server.port, context=trusted)
        ) as client:
            client.request("GET", server.start)
            answer = client.getresponse()
        assert answer.status == 302
        assert "Secure" in (answer.headers["Set-Cookie"] or "")


def test_a_certificate_that_is_none_is_said_to_be_so(folder: Path, certificate: Path) -> None:
    (folder / "no.pem").write_text("not a certificate")
    cases: list[tuple[list[str | Path], str]] = [
        (["--certfile", folder / "no.pem"], "cannot be used"),
        (["--certfile", folder / "missing.pem"], "No such file"),
        (["--keyfile", certificate], "give --certfile"),
    ]
    for options, sentence in cases:
        assert sentence in failing("serve", "--no-browser", folder, *options)


# --- the log ---


def test_the_log_can_be_read_by_programs(folder: Path) -> None:
    arguments = (folder, "--port", "0", "--token", "s3cret", "--debug", "--log-json")
    with serving(*arguments) as server:
        server.ask("/api/contents/a%0Ab?token=s3cret")
        server.stop()
        lines = [json.loads(line) for line in stderr_of(server.process)]
    asked = next(line for line in lines if line.get("path") == "/api/contents/a\nb")
    assert (asked["method"], asked["status"], asked["level"]) == ("GET", 404, "debug")
    assert asked["milliseconds"] >= 0
    assert "s3cret" not in json.dumps(lines)


def test_an_address_cannot_write_lines_of_its_own_into_the_log(folder: Path) -> None:
    with serving(folder, "--port", "0", "--token", "", "--debug") as server:
        server.ask("/api/contents/a%0A200%20GET%20/forged%1b[2J")
        server.stop()
        log = stderr_of(server.process).read()
    assert "404 GET /api/contents/a\\n200 GET /forged\\x1b[2J\n" in log


def test_the_browser_is_told_the_token_by_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands on a command line can be read by every user of the computer."""
    runtime, opened = tmp_path / "runtime", Queue[str]()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(webbrowser, "open", opened.put)
    with browser_opened("http://127.0.0.1:8888/lab?token=s3cret"):
        address = opened.get(timeout=DEADLINE)
        assert "s3cret" not in address
        page = Path(address.removeprefix("file://"))
        assert "url=http://127.0.0.1:8888/lab?token=s3cret" in page.read_text()
        assert page.stat().st_mode & 0o777 == 0o600
    assert not page.exists()


# --- stopping ---


def test_a_save_that_is_under_way_is_finished_before_it_stops(folder: Path) -> None:
    body = json.dumps({"type": "file", "format": "text", "content": "all of it"}).encode()
    with serving(folder, "--port", "0", "--token", "") as server:
        with socket.create_connection((server.host, server.port), DEADLINE) as client:
            head = "PUT /api/contents/a.txt HTTP/1.1\r\nHost: localhost"
            client.sendall(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:10])
            assert server.ask("/api/health")[0] == 200  # it has read what was sent before
            server.process.send_signal(signal.SIGTERM)
            until_closed(server)
            client.sendall(body[10:])
            assert client.recv(100).startswith(b"HTTP/1.1 201 ")
        assert server.process.wait(DEADLINE) == 0
    assert (folder / "a.txt").read_text() == "all of it"


def until_closed(server: Server) -> None:
    """Wait until nobody new is let in."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        try:
            socket.create_connection((server.host, server.port), DEADLINE).close()
        except ConnectionRefusedError:
            return
    pytest.fail("The server still takes new connections.")

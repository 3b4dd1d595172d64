"""The command, run as users run it: what it prints, which port it has, how it stops."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import pytest

import wasmnb
from wasmnb import listen

ROOT = Path(wasmnb.__file__).parents[1]
DEADLINE = 30


class Server:
    """A running `wasmnb serve`."""

    def __init__(self, process: subprocess.Popen[str], printed: list[str]) -> None:
        self.process = process
        self.printed = printed
        found = re.search(r"Open (http://([^:]+|\[.*\]):(\d+)(\S*))", "".join(printed))
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
        assert f"Port {taken} is in use; this server has port {server.port}.\n" in server.printed


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
        (["{tmp}/a.txt"], "is not a folder and not a notebook"),
        ([".", "--ip", "no.such.host.invalid"], "is not an address of this computer"),
        ([".", "--ip", "192.0.2.1"], "Cannot listen on 192.0.2.1"),
        ([".", "--ip", "*", "--token", ""], "Without a token anyone who reaches 0.0.0.0"),
        ([".", "--ip", "", "--token", ""], "Without a token"),
        ([".", "--port", "80000"], "'80000' is no port"),
        ([".", "--port", "http"], "'http' is no port"),
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
    monkeypatch.setattr(listen, "TRIES", 0)
    with pytest.raises(listen.Unusable, match=f"The ports {taken} to {taken} are all in use"):
        listen.listen("127.0.0.1", taken)


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == wasmnb.__version__

"""What is sent by those who mean no good: each case of hostile.toml, to the real server."""

import logging
import os
import re
import socket
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from wasmnb.server.config import Config

from ..http import TOKEN
from .live import live

SECRET = "what lies outside"  # noqa: S105  in a file, to be found where it leaks
PARTS: dict[str, list[Any]] = {
    "methods": ["GET"],
    "at": [""],
    "to": [""],
    "headers": [[]],
    "bodies": [""],
}
TABLE = tomllib.loads(Path(__file__).with_name("hostile.toml").read_text(encoding="utf-8"))
DEADLINE = 30
HEALTH = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Case:
    """One request, byte for byte, and the statuses that it may be answered with."""

    name: str
    head: str
    body: str
    answers: tuple[int, ...]

    def bytes(self, port: int) -> bytes:
        head = self.head.replace("PORT", str(port))
        return f"{head}\r\n\r\n".encode("latin-1") + self.body.encode()


def cases(group: dict[str, Any]) -> Iterator[Case]:
    for method, at, to, headers, body in product(
        *(group.get(name, none) for name, none in PARTS.items())
    ):
        lines = [f"{method} {at}{to} HTTP/1.1", *headers, "Connection: close"]
        if not any(line.startswith("Host:") for line in headers):
            lines.append("Host: 127.0.0.1:PORT")
        if not group.get("stranger"):
            lines.append(f"Authorization: token {TOKEN}")
        if not any(line.startswith(("Content-Length", "Transfer")) for line in headers):
            lines.append(f"Content-Length: {len(body.encode())}")
        name = " ".join([method, at + to, *headers, body])
        yield Case(name, "\r\n".join(lines), body, tuple(group["answers"]))


GROUPS = {group["why"]: list(cases(group)) for group in TABLE["group"]}


@pytest.fixture
def port(folder: Path, assets: Path) -> Iterator[int]:
    """The port of a server over a folder that has a bit of everything."""
    files = {
        "a.txt": "text",
        "n.ipynb": "{}",
        "d/a.txt": "text",
        "d/e/a.txt": "text",
        ".hidden": SECRET,
        "torn.ipynb": '{"cells": [',
        "../outside.txt": SECRET,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "out").symlink_to("..")
    (folder / "circle").symlink_to("circle")
    os.mkfifo(folder / "pipe")
    with live(Config(folder=folder, token=TOKEN, assets=assets)) as server:
        yield server


@pytest.mark.parametrize("why", GROUPS)
def test_it_is_refused_and_nothing_comes_of_it(
    why: str, port: int, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = everything(folder.parent)
    wrong: list[tuple[str, bytes]] = []
    for case in GROUPS[why]:
        answer = ask(port, case.bytes(port))
        if status(answer) not in case.answers or SECRET.encode() in answer:
            wrong.append((case.name, answer.partition(b"\r\n")[0]))
        assert everything(folder.parent) == before, case.name
    assert not wrong
    assert status(ask(port, HEALTH)) == 200
    failures = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not failures


def ask(port: int, request: bytes) -> bytes:
    """Send these bytes; all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    assert found, answer
    return int(found[1])


def everything(around: Path) -> dict[str, Any]:
    """All in and around the folder: what it is, and what is in it."""
    return {
        os.fspath(entry): (
            entry.lstat().st_mode,
            entry.read_bytes() if entry.is_file() and not entry.is_symlink() else None,
        )
        for entry in around.rglob("*")
        if not {"jupyter", ".ipynb_checkpoints"} & set(entry.parts)
    }

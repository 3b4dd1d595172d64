"""Limits: what is too much for one is refused, and does not stop the others."""

import json
import logging
import select
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from wasmnb.contents import listing, uploads
from wasmnb.limits import Limits
from wasmnb.server.config import Config
from wasmnb.server.connection import Connection

from ..http import TOKEN, Connect, Talk
from .live import live

TEXT = {"type": "file", "format": "text"}
SMALL = Limits(content=2000, body=200, form=100, body_seconds=0.2)
DEADLINE = 30
BEGUN = b"PUT /api/contents/a.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"


@pytest.fixture
async def small(connect: Connect, folder: Path) -> AsyncIterator[Talk]:
    """A server that takes little."""
    async with connect({"Authorization": f"token {TOKEN}"}, limits=SMALL) as client:
        yield Talk(client, folder)


async def test_a_file_that_is_too_large_to_be_saved_whole_is_refused(small: Talk) -> None:
    small.write("a.txt", "old")
    model = {**TEXT, "content": "x" * 3000}
    status, sentence = await small.problem("PUT", "/api/contents/a.txt", model)
    assert status == 413
    assert "2,000 bytes" in sentence
    assert "in chunks" in sentence
    assert small.read("a.txt") == "old"


async def test_so_is_one_that_does_not_say_how_large_it_is(small: Talk) -> None:
    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 500

    answer = await small.client.put("/api/contents/a.txt", content=parts())
    assert answer.status_code == 413


async def test_other_requests_are_small(small: Talk) -> None:
    body = {"copy_from": "x" * 300}
    assert (await small.problem("POST", "/api/contents", body))[0] == 413
    assert (await small.problem("PATCH", "/api/contents/a.txt", {"path": "x" * 300}))[0] == 413


async def test_a_log_in_is_smaller_still(connect: Connect) -> None:
    async with connect(limits=SMALL) as stranger:
        assert (await stranger.post("/login", data={"token": "x" * 200})).status_code == 413


async def test_of_a_stranger_nothing_is_read(connect: Connect) -> None:
    async def never() -> AsyncIterator[bytes]:
        pytest.fail("The server asked for the body.")
        yield b""

    async with connect() as stranger:
        answer = await stranger.put("/api/contents/a.txt", content=never())
    assert answer.status_code == 403


async def test_what_is_too_large_to_be_opened_can_be_downloaded(small: Talk) -> None:
    small.write("a.txt", "x" * 3000)
    status, sentence = await small.problem("GET", "/api/contents/a.txt")
    assert status == 413
    assert "Download it" in sentence
    assert (await small.get("a.txt", content=0))["size"] == 3000
    assert len((await small.client.get("/files/a.txt")).content) == 3000


async def test_an_address_that_is_too_long_is_refused(talk: Talk) -> None:
    for url in (f"/api/contents/{'x' * 20_000}", f"/api/contents?{'x' * 20_000}"):
        assert (await talk.problem("GET", url))[0] == 414


async def test_the_longest_path_can_be_asked_for(talk: Talk) -> None:
    path = "/".join(["ü" * 127] * 15)
    talk.write(f"{path}/a.txt", "deep")
    assert (await talk.get(f"{path}/a.txt"))["content"] == "deep"


async def test_uploads_at_once_are_bounded(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_UPLOADS", 2)
    first = {**TEXT, "content": "x", "chunk": 1}
    for name in ("a", "b"):
        await talk.put(name, first)
    answer = await talk.put("c", first)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert (await talk.put("a", {**first, "chunk": -1})).status_code == 201
    assert (await talk.put("c", first)).status_code == 201


async def test_an_upload_that_was_given_up_makes_room(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_UPLOADS", 1)
    first = {**TEXT, "content": "x", "chunk": 1}
    await talk.put("a", first)
    monkeypatch.setattr(uploads, "IDLE_SECONDS", -1)
    assert (await talk.put("b", first)).status_code == 201
    assert (await talk.put("a", {**first, "chunk": 2})).status_code == 400


async def test_of_a_huge_folder_as_much_is_listed_as_is_of_use(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_ENTRIES", 5)
    for number in range(10):
        talk.write(f"{number}.txt", "")
    listed = await talk.get()
    assert len(listed["content"]) == 5
    assert "some of them" in listed["message"]


# --- over a real connection ---


@pytest.fixture
def config(folder: Path, assets: Path) -> Config:
    return Config(folder=folder, token="", assets=assets)


def ask(port: int, path: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, DEADLINE)) as client:
        client.request("GET", path)
        answer = client.getresponse()
        answer.read()
        return answer.status


def received(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    whole = b""
    while part := connection.recv(65536):
        whole += part
    return whole


def test_a_request_that_takes_too_long_is_given_up(config: Config) -> None:
    with (
        live(Config(folder=config.folder, limits=SMALL)) as port,
        socket.create_connection(("127.0.0.1", port), DEADLINE) as slow,
    ):
        slow.sendall(BEGUN)
        answer = received(slow)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"send it again" in answer


@pytest.mark.parametrize("begun", [b"", b"GET /api/contents HTTP/1.1\r\nHost: local"])
def test_who_asks_for_nothing_is_not_waited_for(
    config: Config, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(Connection, "timeout_seconds", 0.1)
    with (
        live(config) as port,
        socket.create_connection(("127.0.0.1", port), DEADLINE) as idle,
    ):
        idle.sendall(begun)
        assert received(idle) == b""


def test_nor_on_a_connection_that_was_used(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "timeout_seconds", 0.1)
    with (
        live(config) as port,
        socket.create_connection(("127.0.0.1", port), DEADLINE) as used,
    ):
        used.sendall(b"GET /api HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert used.recv(65536).startswith(b"HTTP/1.1 200 ")
        used.sendall(b"GET /api HTT")
        assert received(used).count(b"HTTP/1.1") == 0


def test_slow_clients_do_not_stop_others(config: Config) -> None:
    with live(config) as port:
        slow = [socket.create_connection(("127.0.0.1", port), DEADLINE) for _ in range(100)]
        for connection in slow:
            connection.sendall(BEGUN)
        assert ask(port, "/api/contents") == 200
        for connection in slow:
            connection.close()
        assert ask(port, "/api/contents") == 200


def test_a_client_that_leaves_in_the_middle_is_no_failure(
    config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    with live(config) as port:
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as leaving:
            leaving.sendall(BEGUN)
        assert ask(port, "/api/contents") == 200
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not list(config.folder.iterdir())


def test_a_large_folder_does_not_stop_others(config: Config) -> None:
    """While it is listed, others are answered long before."""
    (config.folder / "large").mkdir()
    for number in range(20_000):
        (config.folder / f"large/{number}").touch()
    with (
        live(config) as port,
        socket.create_connection(("127.0.0.1", port), DEADLINE) as patient,
    ):
        patient.sendall(b"GET /api/contents/large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert ask(port, "/api/contents") == 200
        assert not select.select([patient], [], [], 0)[0], "the listing took no time"
        assert patient.recv(100).startswith(b"HTTP/1.1 200 ")


async def test_health_is_told_to_anyone(reader: httpx.AsyncClient, talk: Talk) -> None:
    moved = talk.folder.with_name("moved")
    answer = await reader.get("/api/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    talk.folder.rename(moved)
    answer = await reader.get("/api/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "lost"})
    moved.rename(talk.folder)


async def test_to_ask_for_health_is_not_to_use(talk: Talk) -> None:
    first = (await talk.client.get("/api/status")).json()
    await talk.client.get("/api/health")
    assert json.loads((await talk.client.get("/api/status")).text) == first


@pytest.mark.parametrize(
    ("begun", "rest"),
    [(b"GET /", b"a"), (b"GET / HTTP/1.1\r\nHost: ", b"a"), (b"GET / HTTP/1.1\r\n", b"A: b\r\n")],
)
def test_a_head_without_end_is_not_listened_to(config: Config, begun: bytes, rest: bytes) -> None:
    whole = (begun + rest * 65_536)[: 65_536 + 1]
    with (
        live(config) as port,
        socket.create_connection(("127.0.0.1", port), DEADLINE) as endless,
    ):
        endless.sendall(whole)
        answer = received(endless)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"longer than 65536 bytes" in answer

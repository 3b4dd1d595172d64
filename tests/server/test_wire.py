"""Answers as they arrive over a real connection: each is whole, and is followed by the next."""

import socket
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest

from wasmnb.contents import hashes
from wasmnb.server.config import Config
from wasmnb.server.handlers import contents

from .live import live

DEADLINE = 30
FILES = {"none.txt": b"", "small.txt": b"hello", "large.bin": bytes(range(256)) * 4000}
LARGE = FILES["large.bin"]


@pytest.fixture(params=["cached", "too large to be cached"])
def port(
    folder: Path, assets: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[int]:
    """The port of a server that caches files, or sends each from the disk."""
    monkeypatch.setattr(hashes, "RACY_NANOSECONDS", 0)
    if request.param != "cached":
        monkeypatch.setattr(contents, "LARGEST", -1)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    with live(Config(folder=folder, token="", assets=assets)) as port:
        yield port


@pytest.fixture
def client(port: int) -> Iterator["Client"]:
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
        yield Client(connection)


class Client:
    """Sends requests without waiting for answers, and reads those as they come."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")

    def send(self, *requests: str) -> None:
        heads = (f"{it}\r\nHost: localhost\r\n\r\n" for it in requests)
        self._connection.sendall("".join(heads).encode())

    def send_body(self, body: bytes) -> None:
        self._connection.sendall(body)

    def head(self) -> tuple[int, Message]:
        status = int(self._stream.readline().split()[1])
        lines = iter(self._stream.readline, b"\r\n")
        return status, BytesParser().parsebytes(b"".join(lines))

    def answer(self) -> tuple[int, bytes]:
        status, headers = self.head()
        return status, self._stream.read(int(headers["Content-Length"]))


def get(path: str, *headers: str, method: str = "GET") -> str:
    return "\r\n".join((f"{method} {path} HTTP/1.1", *headers))


@pytest.mark.parametrize("name", FILES)
def test_a_file_arrives_whole_each_time(client: Client, name: str) -> None:
    for _ in range(3):
        client.send(get(f"/files/{name}"))
        assert client.answer() == (200, FILES[name])


def test_who_does_not_wait_gets_all_answers_in_turn(client: Client) -> None:
    names = [*FILES, *reversed(FILES), *FILES]
    client.send(*(get(f"/files/{name}") for name in names), get("/files/no.txt"), get("/api"))
    for name in names:
        assert client.answer() == (200, FILES[name])
    assert client.answer()[0] == 404
    assert client.answer()[0] == 200


def test_a_head_says_how_long_the_file_is_and_has_none_of_it(client: Client) -> None:
    for _ in range(3):
        client.send(get("/files/large.bin", method="HEAD"), get("/files/small.txt"))
        status, headers = client.head()
        assert (status, headers["Content-Length"]) == (200, str(len(LARGE)))
        assert client.answer() == (200, b"hello")


def test_nothing_comes_of_a_file_that_the_client_has(client: Client) -> None:
    client.send(get("/files/large.bin", method="HEAD"))
    tag = client.head()[1]["ETag"]
    for _ in range(3):
        client.send(get("/files/large.bin", f"If-None-Match: {tag}"), get("/files/small.txt"))
        status, headers = client.head()
        assert (status, headers["ETag"]) == (304, tag)
        assert client.answer() == (200, b"hello")


def test_a_part_is_no_more_than_the_part(client: Client) -> None:
    for _ in range(3):
        client.send(get("/files/large.bin", "Range: bytes=1000-200999"), get("/files/small.txt"))
        assert client.answer() == (206, LARGE[1000:201_000])
        assert client.answer() == (200, b"hello")


def test_who_asks_whether_to_send_is_told_to(client: Client, folder: Path) -> None:
    model = b'{"type": "file", "format": "text", "content": "new"}'
    headers = ("Expect: 100-continue", f"Content-Length: {len(model)}")
    client.send(get("/api/contents/new.txt", *headers, method="PUT"))
    assert client.head()[0] == 100
    client.send_body(model)
    assert client.answer()[0] == 201
    assert (folder / "new.txt").read_text() == "new"


def test_who_leaves_in_the_middle_of_an_answer_harms_no_other(port: int, client: Client) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as leaving:
            Client(leaving).send(*[get("/files/large.bin")] * 10)
            leaving.recv(100)
        client.send(get("/files/large.bin"))
        assert client.answer() == (200, LARGE)

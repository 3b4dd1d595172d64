"""What is answered from memory is what stands on the disk."""

import asyncio
import os
import time
from pathlib import Path
from typing import Never

import pytest

from wasmnb.contents import hashes, reader
from wasmnb.contents.manager import Contents
from wasmnb.server.cache import ResponseCache
from wasmnb.server.handlers import static
from wasmnb.server.media_types import content_type

from ..http import Talk

NOTEBOOK = """{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code",
"id": "a", "metadata": {}, "source": "", "execution_count": 1, "outputs": [{"output_type":
"display_data", "metadata": {}, "data": {"text/html": "<b>hello</b>"}}]}]}"""


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are remembered although they were written just now; the tests wait a little instead."""
    monkeypatch.setattr(hashes, "RACY_NANOSECONDS", 0)


def write(talk: Talk, path: str, text: str) -> Path:
    """Put a file on disk beside the server, in a moment of its own."""
    a_moment()
    file = talk.write(path, text)
    a_moment()
    return file


def a_moment() -> None:
    """As long as a step is, in which disks tell the time."""
    time.sleep(0.02)


def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> Never:
        pytest.fail("A file was read that is known already.")

    monkeypatch.setattr(reader, "open_file", refuse)
    monkeypatch.setattr(reader, "opened", refuse)


@pytest.mark.parametrize(
    "url",
    [
        "api/contents/a.txt",
        "api/contents/a.ipynb",
        "api/contents/a.txt?content=0",
        "files/a.txt",
        "files/a.txt?download=1",
    ],
)
async def test_what_is_as_it_was_is_not_read_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    write(talk, "a.txt", "hello")
    write(talk, "a.ipynb", NOTEBOOK)
    read = await talk.client.get(f"/{url.partition('?')[0]}")
    first = await talk.client.get(f"/{url}")
    no_reading(monkeypatch)
    again = await talk.client.get(f"/{url}")
    assert read.is_success
    assert again.content == first.content
    assert again.headers == first.headers


def count_calls(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """The paths for which a method of Contents is called from now on."""
    paths: list[str] = []
    method = getattr(Contents, name)

    def counted(contents: Contents, path: str, *args: object, **options: object) -> object:
        paths.append(path)
        return method(contents, path, *args, **options)

    monkeypatch.setattr(Contents, name, counted)
    return paths


async def test_a_handler_does_not_repeat_the_fast_paths_lookup(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(talk, "a.ipynb", NOTEBOOK)
    lookups = count_calls(monkeypatch, "lookup")
    assert (await talk.client.get("/api/contents/a.ipynb")).is_success
    assert lookups == ["a.ipynb"]


async def test_concurrent_requests_for_a_notebook_read_it_once(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(talk, "a.ipynb", NOTEBOOK)
    write(talk, "b.ipynb", NOTEBOOK.replace("hello", "first"))
    await talk.get("b.ipynb")  # creates the trust database, whose state is in the key
    reads = count_calls(monkeypatch, "get")
    answers = await asyncio.gather(*(talk.client.get("/api/contents/a.ipynb") for _ in range(8)))
    assert len({answer.content for answer in answers}) == 1
    assert reads == ["a.ipynb"]


@pytest.mark.parametrize("url", ["api/contents/a.txt", "files/a.txt"])
async def test_what_another_program_writes_is_seen(talk: Talk, url: str) -> None:
    for text in ("one", "two", "one", "six"):
        write(talk, "a.txt", text)
        for _ in range(2):
            assert text in (await talk.client.get(f"/{url}")).text


async def test_what_is_saved_is_seen(talk: Talk) -> None:
    for text in ("one", "two", "one"):
        await talk.save("a.txt", text, type="file", format="text")
        a_moment()
        assert [(await talk.get("a.txt"))["content"] for _ in range(2)] == [text, text]


async def test_what_is_gone_is_gone(talk: Talk) -> None:
    write(talk, "a.txt", "hello")
    for url in ("/api/contents/a.txt", "/files/a.txt"):
        assert (await talk.client.get(url)).is_success
    (talk.folder / "a.txt").unlink()
    for url in ("/api/contents/a.txt", "/files/a.txt"):
        assert (await talk.client.get(url)).status_code == 404


async def test_the_same_content_is_a_file_of_its_own_at_each_path(talk: Talk) -> None:
    for name in ("a.py", "b.txt", "c"):
        write(talk, name, "hello")
        await talk.get(name)
    models = [await talk.get(name) for name in ("a.py", "b.txt", "c")]
    assert [model["name"] for model in models] == ["a.py", "b.txt", "c"]
    assert [model["mimetype"] for model in models] == ["text/x-python", "text/plain", "text/plain"]
    assert {model["content"] for model in models} == {"hello"}
    assert (await talk.get("a.py", format="base64"))["content"] == "aGVsbG8=\n"


async def test_so_it_is_when_it_is_downloaded(talk: Talk) -> None:
    for name in ("a.html", "b.txt"):
        file = write(talk, name, "hello")
        for changed, said in (
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (61, "Thu, 01 Jan 1970 00:01:01 GMT"),
        ):
            os.utime(file, (changed, changed))
            a_moment()
            for _ in range(3):
                answer = await talk.client.get(f"/files/{name}")
                assert answer.text == "hello"
                assert answer.headers["Content-Type"] == content_type(name)
                assert answer.headers["Last-Modified"] == said


async def test_a_notebook_is_trusted_from_when_its_reader_says_so(talk: Talk) -> None:
    def is_trusted(model: dict[str, object]) -> object:
        return model["content"]["cells"][0]["metadata"].get("trusted", False)  # type: ignore[index]

    write(talk, "a.ipynb", NOTEBOOK)
    assert [is_trusted(await talk.get("a.ipynb")) for _ in range(2)] == [False, False]
    await talk.post("a.ipynb/trust")
    assert [is_trusted(await talk.get("a.ipynb")) for _ in range(2)] == [True, True]


async def test_a_part_of_what_is_known_can_be_had(talk: Talk) -> None:
    write(talk, "a.txt", "hello")
    for _ in range(2):
        assert (await talk.client.get("/files/a.txt")).text == "hello"
        part = await talk.client.get("/files/a.txt", headers={"Range": "bytes=1-2"})
        assert (part.status_code, part.text) == (206, "el")
        head = await talk.client.head("/files/a.txt")
        assert head.headers["content-length"] == "5"


async def test_assets_that_were_built_anew_are_seen(talk: Talk, assets: Path) -> None:
    for text in ("body { color: red }", "body { color: tan }"):
        (assets / "static/lab.css").write_text(text)
        a_moment()
        assert [(await talk.client.get("/static/lab.css")).text for _ in range(2)] == [text, text]


async def test_what_is_large_is_sent_whole(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without being kept."""
    monkeypatch.setattr("wasmnb.server.handlers.contents.LARGEST", 3)
    monkeypatch.setattr(static, "LARGEST", 3)
    write(talk, "a.txt", "hello")
    for _ in range(2):
        assert (await talk.client.get("/files/a.txt")).text == "hello"
        assert (await talk.client.get("/static/lab.css")).text == "body {}"


def test_a_full_cache_evicts_what_was_used_longest_ago() -> None:
    cache = ResponseCache[str](len, capacity=10, largest=5)
    cache.store("large", "large!")
    cache.store("a", "aaaaa")
    cache.store("b", "bbbbb")
    assert [cache.get(name) for name in ("large", "a", "b")] == [None, "aaaaa", "bbbbb"]
    assert cache.get("a") == "aaaaa"  # used last
    cache.store("c", "ccc")
    assert [cache.get(name) for name in ("a", "b", "c")] == ["aaaaa", None, "ccc"]
    cache.store("a", "A")
    cache.store("d", "ddddd")
    assert [cache.get(name) for name in ("a", "c", "d")] == ["A", "ccc", "ddddd"]

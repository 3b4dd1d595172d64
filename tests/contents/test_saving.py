"""Saving: what is sent is what is on disk, or the disk is as it was."""

import base64
import errno
import hashlib
import os
from typing import Any

import httpx
import pytest

from ..http import Talk


async def test_text_is_saved_byte_for_byte(talk: Talk) -> None:
    await talk.save("a.txt", "ü\r\n\tno newline at the end", type="file", format="text")
    assert (talk.folder / "a.txt").read_bytes() == "ü\r\n\tno newline at the end".encode()


async def test_base64_is_saved_as_the_bytes_it_means(talk: Talk) -> None:
    content = base64.b64encode(bytes(range(256))).decode()
    await talk.save("a.bin", content, type="file", format="base64")
    assert (talk.folder / "a.bin").read_bytes() == bytes(range(256))


async def test_a_new_file_is_created_an_old_one_is_not(talk: Talk) -> None:
    model = {"type": "file", "format": "text", "content": "x"}
    first, second = await talk.put("a b.txt", model), await talk.put("a b.txt", model)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.headers["Location"] == "/api/contents/a%20b.txt"
    assert first.json()["content"] is None


async def test_the_answer_says_the_new_hash(talk: Talk) -> None:
    saved = await talk.save("a.txt", "abc", type="file", format="text")
    assert saved["hash"] == hashlib.sha256(b"abc").hexdigest()
    assert saved["last_modified"] == (await talk.get("a.txt"))["last_modified"]


async def test_a_folder_is_made_by_saving_one(talk: Talk) -> None:
    answer = await talk.put("d", {"type": "directory"})
    assert (answer.status_code, answer.json()["type"]) == (201, "directory")
    assert (await talk.put("d", {"type": "directory"})).status_code == 200


async def test_a_save_without_content_makes_an_empty_file(talk: Talk) -> None:
    assert (await talk.put("a.txt", {})).status_code == 201
    assert (await talk.put("b.ipynb", {})).json()["type"] == "notebook"
    assert talk.read("a.txt") == ""


async def test_a_save_without_content_does_not_empty_a_file(talk: Talk) -> None:
    talk.write("a.txt", "precious")
    status, sentence = await talk.problem("PUT", "/api/contents/a.txt", {"type": "file"})
    assert status == 400
    assert "content is missing" in sentence
    assert talk.read("a.txt") == "precious"


@pytest.mark.parametrize(
    "model",
    [
        {"type": "file", "content": "x"},
        {"type": "file", "content": "x", "format": "rot13"},
        {"type": "file", "content": 7, "format": "text"},
        {"type": "file", "content": ["x"], "format": "base64"},
        {"type": "file", "content": "ü", "format": "base64"},
        {"type": "file", "content": "a", "format": "base64"},
        {"type": "file", "content": "x", "format": "text", "chunk": "one"},
        {"type": "notebook", "content": "x", "format": "text", "chunk": 1},
        {"type": 7, "content": {}},
        [],
        "text",
        7,
    ],
)
async def test_a_model_that_does_not_fit_together_changes_nothing(talk: Talk, model: Any) -> None:
    talk.write("a.txt", "precious")
    status, _ = await talk.problem("PUT", "/api/contents/a.txt", model)
    assert status == 400
    assert talk.read("a.txt") == "precious"


async def test_a_body_that_is_not_json_is_said_to_be_so(talk: Talk) -> None:
    answer = await talk.client.put("/api/contents/a.txt", content=b'{"type": ')
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["message"]


async def test_text_with_half_a_surrogate_pair_cannot_be_saved(talk: Talk) -> None:
    body = b'{"type": "file", "format": "text", "content": "\\ud83d"}'
    answer = await talk.client.put("/api/contents/a.txt", content=body)
    assert answer.status_code == 400
    assert await talk.names() == []


async def test_a_file_needs_a_folder_that_is_there(talk: Talk) -> None:
    model = {"type": "file", "format": "text", "content": "x"}
    assert (await talk.problem("PUT", "/api/contents/no/a.txt", model))[0] == 404
    talk.write("file", "x")
    assert (await talk.problem("PUT", "/api/contents/file/a.txt", model))[0] == 404


async def test_a_file_cannot_be_saved_over_a_folder(talk: Talk) -> None:
    talk.write("d/a.txt", "x")
    model = {"type": "file", "format": "text", "content": "x"}
    assert (await talk.problem("PUT", "/api/contents/d", model))[0] == 400
    assert (await talk.problem("PUT", "/api/contents/d/a.txt", {"type": "directory"}))[0] == 409


async def test_a_pipe_is_not_written_to(talk: Talk) -> None:
    os.mkfifo(talk.folder / "pipe")
    model = {"type": "file", "format": "text", "content": "x"}
    assert (await talk.problem("PUT", "/api/contents/pipe", model))[0] == 400


async def test_a_name_the_disk_cannot_hold_is_said_to_be_too_long(talk: Talk) -> None:
    model = {"type": "file", "format": "text", "content": "x"}
    status, sentence = await talk.problem("PUT", f"/api/contents/{'n' * 300}.txt", model)
    assert status == 400
    assert "too long" in sentence


async def test_the_longest_name_can_be_saved(talk: Talk) -> None:
    await talk.save("n" * 255, "x", type="file", format="text")
    assert await talk.names() == ["n" * 255]


async def test_permissions_stay(talk: Talk) -> None:
    file = talk.write("run.sh", "#!/bin/sh")
    file.chmod(0o750)
    await talk.save("run.sh", "#!/bin/bash", type="file", format="text")
    assert file.stat().st_mode & 0o777 == 0o750


async def test_a_link_stays_a_link_and_its_target_is_saved(talk: Talk) -> None:
    talk.write("d/a.txt", "old")
    (talk.folder / "link.txt").symlink_to("d/a.txt")
    await talk.save("link.txt", "new", type="file", format="text")
    assert (talk.folder / "link.txt").is_symlink()
    assert talk.read("d/a.txt") == "new"


def on_disk(talk: Talk) -> list[str]:
    """What is in the folder, hidden files too."""
    return sorted(entry.name for entry in talk.folder.iterdir())


class Full:
    """A disk that is full: writing, or making sure of what was written, fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int = errno.ENOSPC) -> None:
        self.code = code
        monkeypatch.setattr(os, "fsync", self.fsync)

    def fsync(self, _descriptor: int) -> None:
        raise OSError(self.code, os.strerror(self.code))


SAVES = {
    "text": {"type": "file", "format": "text", "content": "new"},
    "notebook": {
        "type": "notebook",
        "content": {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
    },
}


@pytest.mark.parametrize("kind", SAVES)
async def test_on_a_full_disk_the_old_file_stays_whole(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    talk.write("a", "precious")
    Full(monkeypatch)
    status, sentence = await talk.problem("PUT", "/api/contents/a", SAVES[kind])
    assert status == 507
    assert "disk is full" in sentence
    assert on_disk(talk) == ["a"], "nothing half-written stays behind"
    assert talk.read("a") == "precious"


@pytest.mark.parametrize("body", [{"copy_from": "a.txt"}, {"type": "file"}, {"copy_from": "d"}])
async def test_on_a_full_disk_nothing_new_is_left_half_made(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, body: dict[str, str]
) -> None:
    talk.write("a.txt", "precious")
    talk.write("d/b.txt", "precious")
    Full(monkeypatch)
    assert (await talk.problem("POST", "/api/contents/", body))[0] == 507
    assert on_disk(talk) == ["a.txt", "d"]


async def test_a_file_larger_than_the_system_lets_it_be_is_not_saved(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.write("a", "precious")
    Full(monkeypatch, errno.EFBIG)
    assert (await talk.problem("PUT", "/api/contents/a", SAVES["text"]))[0] == 507
    assert talk.read("a") == "precious"


async def test_a_disk_that_fails_is_said_to_have_failed(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.write("a", "precious")
    Full(monkeypatch, errno.EIO)
    status, sentence = await talk.problem("PUT", "/api/contents/a", SAVES["text"])
    assert (status, sentence) == (500, "The disk failed at 'a': Input/output error.")
    assert talk.read("a") == "precious"


# --- uploads in chunks ---


async def send(talk: Talk, path: str, number: int, data: bytes) -> httpx.Response:
    content = base64.b64encode(data).decode()
    return await talk.put(
        path, {"type": "file", "format": "base64", "content": content, "chunk": number}
    )


async def test_an_upload_in_chunks_becomes_the_whole_file(talk: Talk) -> None:
    for number, data in [(1, b"one,"), (2, b"two,"), (-1, b"three")]:
        answer = await send(talk, "a.bin", number, data)
        assert answer.is_success
    assert (talk.folder / "a.bin").read_bytes() == b"one,two,three"
    assert answer.json()["size"] == 13
    assert on_disk(talk) == ["a.bin"]


async def test_an_upload_that_is_not_complete_leaves_the_old_file(talk: Talk) -> None:
    talk.write("a.bin", "precious")
    answer = await send(talk, "a.bin", 1, b"half")
    assert (answer.json()["name"], answer.json()["size"]) == ("a.bin", 4)
    assert talk.read("a.bin") == "precious"
    assert await talk.names() == ["a.bin"]


async def test_an_upload_that_starts_again_forgets_the_first_try(talk: Talk) -> None:
    await send(talk, "a.bin", 1, b"first try")
    await send(talk, "a.bin", 1, b"second ")
    await send(talk, "a.bin", -1, b"try")
    assert (talk.folder / "a.bin").read_bytes() == b"second try"


async def test_a_chunk_without_those_before_is_refused(talk: Talk) -> None:
    talk.write("a.bin", "precious")
    answer = await send(talk, "a.bin", 2, b"rest")
    assert answer.status_code == 400
    assert "upload it anew" in answer.json()["message"]
    assert talk.read("a.bin") == "precious"


async def test_an_upload_that_fills_the_disk_leaves_nothing_behind(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.write("a.bin", "precious")
    await send(talk, "a.bin", 1, b"much")
    Full(monkeypatch)
    assert (await send(talk, "a.bin", -1, b"more")).status_code == 507
    assert talk.read("a.bin") == "precious"
    assert on_disk(talk) == ["a.bin"]

"""Two who change one file: neither loses what the other did without being told."""

import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from ..http import Talk

TEXT = {"type": "file", "format": "text"}


def tag(text: str) -> str:
    return f'"{hashlib.sha256(text.encode()).hexdigest()}"'


async def save(talk: Talk, path: str, text: str, **headers: str) -> httpx.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({**TEXT, "content": text})
    return await talk.client.put(f"/api/contents/{path}", content=body, headers=names)


@pytest.mark.parametrize("url", ["/api/contents/a.txt", "/files/a.txt"])
@pytest.mark.parametrize("query", ["", "?content=0", "?download=1"])
async def test_every_answer_about_a_file_says_which_content_it_has(
    talk: Talk, url: str, query: str
) -> None:
    talk.write("a.txt", "one")
    assert (await talk.client.get(url + query)).headers["ETag"] == tag("one")


async def test_a_save_over_what_was_read_succeeds(talk: Talk) -> None:
    talk.write("a.txt", "one")
    read = await talk.client.get("/api/contents/a.txt")
    saved = await save(talk, "a.txt", "two", If_Match=read.headers["ETag"])
    assert (saved.status_code, saved.headers["ETag"]) == (200, tag("two"))
    again = await save(talk, "a.txt", "three", If_Match=saved.headers["ETag"])
    assert again.status_code == 200


async def test_a_save_over_what_another_has_changed_is_refused(talk: Talk) -> None:
    talk.write("a.txt", "one")
    os.utime(talk.write("a.txt", "by another"), (1_000_000_000, 1_000_000_000))
    answer = await save(talk, "a.txt", "two", If_Match=tag("one"))
    assert answer.status_code == 412
    told = answer.json()
    assert told["message"] == (
        "Nothing was done: 'a.txt' is not as it was when you opened it; it was changed at "
        "2001-09-09T01:46:40Z. Compare the two and decide which to keep."
    )
    assert told["reason"] == "changed"
    assert answer.headers["ETag"] == tag("by another")
    assert (told["model"]["hash"], told["model"]["size"]) == (tag("by another").strip('"'), 10)
    assert talk.read("a.txt") == "by another"


async def test_who_has_seen_the_change_may_overwrite_it(talk: Talk) -> None:
    talk.write("a.txt", "by another")
    refused = await save(talk, "a.txt", "two", If_Match=tag("one"))
    assert (await save(talk, "a.txt", "two", If_Match=refused.headers["ETag"])).status_code == 200
    assert talk.read("a.txt") == "two"


async def test_a_save_over_what_another_has_deleted_is_refused(talk: Talk) -> None:
    answer = await save(talk, "a.txt", "two", If_Match=tag("one"))
    assert (answer.status_code, answer.json()["model"]) == (412, None)
    assert "no longer exists" in answer.json()["message"]
    assert await talk.names() == []


async def test_a_file_that_is_meant_to_be_new_replaces_none(talk: Talk) -> None:
    assert (await save(talk, "a.txt", "one", If_None_Match="*")).status_code == 201
    answer = await save(talk, "a.txt", "two", If_None_Match="*")
    assert answer.status_code == 412
    assert "'a.txt' exists already" in answer.json()["message"]
    assert talk.read("a.txt") == "one"


# The page's own server is held to the same cases: tests/web/server/preconditions.test.ts.
PRECONDITIONS = json.loads((Path(__file__).parents[1] / "preconditions.json").read_text())


@pytest.mark.parametrize("case", PRECONDITIONS, ids=str)
async def test_preconditions_are_evaluated_as_http_defines(talk: Talk, case: Any) -> None:
    talk.write("exists", "one")
    current = {"{tag}": tag("one"), "{bare}": tag("one").strip('"')}

    def header(value: str) -> bytes:
        for placeholder, text in current.items():
            value = value.replace(placeholder, text)
        return value.encode("latin-1")

    answer = await talk.client.put(
        f"/api/contents/{case['file']}",
        content=json.dumps({**TEXT, "content": "two"}),
        headers={name.encode(): header(value) for name, value in case["headers"].items()},
    )
    assert answer.status_code == case["status"]
    assert talk.read("exists") == ("two" if answer.status_code == 200 else "one")
    assert (talk.folder / "missing").exists() == (answer.status_code == 201)


async def test_a_notebook_is_protected_as_a_file_is(talk: Talk) -> None:
    made = await talk.client.put("/api/contents/a.ipynb", content=b"{}")
    read = await talk.client.get("/api/contents/a.ipynb")
    assert made.headers["ETag"] == read.headers["ETag"]
    talk.write("a.ipynb", (talk.folder / "a.ipynb").read_text() + "\n")
    body = json.dumps({"type": "notebook", "content": read.json()["content"]})
    headers = {"If-Match": read.headers["ETag"]}
    answer = await talk.client.put("/api/contents/a.ipynb", content=body, headers=headers)
    assert answer.status_code == 412


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_what_was_changed_is_not_moved_or_deleted_by_who_does_not_know(
    talk: Talk, method: str
) -> None:
    talk.write("a.txt", "by another")
    for given, status in [(tag("one"), 412), (tag("by another"), None)]:
        answer = await talk.client.request(
            method, "/api/contents/a.txt", json={"path": "b.txt"}, headers={"If-Match": given}
        )
        assert answer.status_code == (status or {"PATCH": 200, "DELETE": 204}[method])
    assert not (talk.folder / "a.txt").exists()


async def test_the_end_of_an_upload_is_where_it_is_compared(talk: Talk) -> None:
    talk.write("a.txt", "one")
    for chunk, status in [(1, 200), (-1, 412)]:
        body = json.dumps({**TEXT, "content": "two", "chunk": chunk})
        talk.write("a.txt", "by another")
        answer = await talk.client.put(
            "/api/contents/a.txt", content=body, headers={"If-Match": tag("one")}
        )
        assert answer.status_code == status
    assert talk.read("a.txt") == "by another"
    assert [entry.name for entry in talk.folder.iterdir()] == ["a.txt"]


async def test_what_a_client_has_is_not_sent_again(talk: Talk) -> None:
    talk.write("a.txt", "one")
    for url in ("/api/contents/a.txt", "/files/a.txt"):
        for given in (tag("one"), f"W/{tag('one')}", "*"):
            answer = await talk.client.get(url, headers={"If-None-Match": given})
            assert (answer.status_code, answer.content) == (304, b"")
        assert (await talk.client.get(url, headers={"If-None-Match": tag("two")})).is_success


async def test_a_change_within_one_tick_of_the_clock_is_noticed(talk: Talk) -> None:
    """Size and times are as before; only the content differs."""
    file = talk.write("a.txt", "one")
    for text in ("two", "six", "ten"):
        await talk.client.get("/api/contents/a.txt?content=0")
        before = file.stat()
        with file.open("r+") as same:
            same.write(text)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        answer = await talk.client.get("/api/contents/a.txt?content=0")
        assert answer.headers["ETag"] == tag(text)


@pytest.mark.parametrize("time", [0, 4_000_000_000, -1_000])
async def test_clocks_do_not_matter(talk: Talk, time: int) -> None:
    file = talk.write("a.txt", "one")
    os.utime(file, (time, time))
    await talk.get("a.txt")
    talk.write("a.txt", "two")
    os.utime(file, (time, time))
    assert (await talk.get("a.txt"))["hash"] == tag("two").strip('"')
    assert (await save(talk, "a.txt", "mine", If_Match=tag("one"))).status_code == 412


async def test_of_many_who_save_over_one_state_one_succeeds(talk: Talk) -> None:
    talk.write("a.txt", "one")
    answers: dict[str, httpx.Response] = {}

    async def write(text: str) -> None:
        answers[text] = await save(talk, "a.txt", text, If_Match=tag("one"))

    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(write, f"writer {number}")
    winners = [text for text, answer in answers.items() if answer.is_success]
    assert [talk.read("a.txt")] == winners
    for text, answer in answers.items():
        assert answer.headers["ETag"] == tag(winners[0]), f"{text} learns the truth"


async def test_through_a_link_it_is_the_same_file(talk: Talk) -> None:
    talk.write("a.txt", "one")
    (talk.folder / "link").symlink_to("a.txt")
    statuses: list[int] = []

    async def write(path: str) -> None:
        statuses.append((await save(talk, path, path, If_Match=tag("one"))).status_code)

    async with anyio.create_task_group() as tasks:
        for path in ("a.txt", "link") * 5:
            tasks.start_soon(write, path)
    assert sorted(statuses) == [200] + [412] * 9


async def test_a_save_and_a_move_at_once_leave_one_file(talk: Talk) -> None:
    """Either the file was saved and then moved, or it was moved and then a new one saved."""
    for _ in range(20):
        talk.write("a.txt", "old")
        answers: list[httpx.Response] = []

        async def write() -> None:
            answers.append(await save(talk, "a.txt", "new"))  # noqa: B023  of this round

        async def move() -> None:
            await talk.rename("a.txt", "b.txt")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(write)
            tasks.start_soon(move)
        found = {name: talk.read(name) for name in await talk.names()}
        was_new = answers[0].status_code == 201
        assert found == ({"a.txt": "new", "b.txt": "old"} if was_new else {"b.txt": "new"})
        for name in found:
            await talk.delete(name)


async def test_a_save_does_not_bring_back_a_folder_that_was_moved(talk: Talk) -> None:
    for _ in range(20):
        talk.write("d/a.txt", "old")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(save, talk, "d/a.txt", "new")
            tasks.start_soon(talk.rename, "d", "e")
        assert await talk.names() == ["e"]
        assert talk.read("e/a.txt") in ("old", "new")
        await talk.delete("e/a.txt")
        await talk.delete("e")


async def test_saves_of_other_files_do_not_wait_for_a_slow_one(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, others_are_done = os.fsync, threading.Event()

    def wait(descriptor: int) -> None:
        if os.fstat(descriptor).st_size == len("slow"):
            assert others_are_done.wait(30)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", wait)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(save, talk, "slow.txt", "slow")
        for number in range(5):
            assert (await save(talk, f"{number}.txt", "fast one")).is_success
        others_are_done.set()
    assert talk.read("slow.txt") == "slow"

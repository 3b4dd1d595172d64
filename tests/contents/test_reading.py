"""Reading: folders, text, binary files and notebooks, as their readers want them."""

import base64
import hashlib
import os
from datetime import datetime

import pytest

from ..http import Talk


async def test_a_folder_lists_its_files_and_folders(talk: Talk) -> None:
    talk.write("b.txt", "b")
    talk.write("a/inside.txt", "not listed here")
    talk.write("c.ipynb", "{}")
    listing = await talk.get()
    assert [(entry["name"], entry["type"]) for entry in listing["content"]] == [
        ("a", "directory"),
        ("b.txt", "file"),
        ("c.ipynb", "notebook"),
    ]
    assert (listing["type"], listing["format"], listing["path"]) == ("directory", "json", "")
    assert all(entry["content"] is None for entry in listing["content"])


async def test_entries_of_a_subfolder_have_its_path(talk: Talk) -> None:
    talk.write("a/b c/ü.txt", "x")
    assert (await talk.get("a/b c"))["content"][0]["path"] == "a/b c/ü.txt"


async def test_a_model_says_when_how_large_and_whether_writable(talk: Talk) -> None:
    file = talk.write("a.txt", "four")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    model = await talk.get("a.txt", content=0)
    assert model["last_modified"] == "2001-09-09T01:46:40Z"
    assert datetime.fromisoformat(model["created"]).tzinfo is not None
    assert (model["size"], model["writable"]) == (4, True)
    assert (model["mimetype"], model["content"], model["format"]) == ("text/plain", None, None)


async def test_text_is_sent_as_text(talk: Talk) -> None:
    talk.write("a.py", "print('ü')\r\n")
    model = await talk.get("a.py")
    assert (model["content"], model["format"]) == ("print('ü')\r\n", "text")


async def test_bytes_that_are_no_text_are_sent_as_base64(talk: Talk) -> None:
    talk.write("a.bin", b"\xff\x00\xfe")
    model = await talk.get("a.bin")
    assert base64.b64decode(model["content"]) == b"\xff\x00\xfe"
    assert (model["format"], model["mimetype"]) == ("base64", "application/octet-stream")


async def test_text_is_sent_as_base64_if_asked_for(talk: Talk) -> None:
    talk.write("a.txt", "abc")
    model = await talk.get("a.txt", format="base64")
    assert base64.b64decode(model["content"]) == b"abc"


async def test_bytes_cannot_be_had_as_text(talk: Talk) -> None:
    talk.write("a.bin", b"\xff")
    answer = await talk.client.get("/api/contents/a.bin", params={"format": "text"})
    assert (answer.status_code, answer.json()["reason"]) == (400, "bad format")


@pytest.mark.parametrize(
    ("path", "kind"), [("d", "file"), ("d", "notebook"), ("a.txt", "directory")]
)
async def test_a_file_is_no_folder_and_a_folder_no_file(talk: Talk, path: str, kind: str) -> None:
    talk.write("d/x", "")
    talk.write("a.txt", "")
    answer = await talk.client.get(f"/api/contents/{path}", params={"type": kind})
    assert (answer.status_code, answer.json()["reason"]) == (400, "bad type")


async def test_a_notebook_can_be_read_as_a_text_file(talk: Talk) -> None:
    talk.write("a.ipynb", "{not json")
    assert (await talk.get("a.ipynb", type="file"))["content"] == "{not json"


async def test_an_unknown_type_is_taken_for_a_file(talk: Talk) -> None:
    talk.write("a.txt", "x")
    assert (await talk.get("a.txt", type="picture"))["type"] == "file"


@pytest.mark.parametrize("query", ["content=2", "hash=yes", "format=json"])
async def test_query_parameters_take_what_they_are_said_to(talk: Talk, query: str) -> None:
    talk.write("a.txt", "")
    status, sentence = await talk.problem("GET", f"/api/contents/a.txt?{query}")
    assert status == 400
    assert "must be" in sentence


async def test_the_hash_is_that_of_the_bytes_on_disk(talk: Talk) -> None:
    talk.write("a.txt", "abc")
    model = await talk.get("a.txt", content=0, hash=1)
    assert model["hash"] == hashlib.sha256(b"abc").hexdigest()
    assert model["hash_algorithm"] == "sha256"


async def test_a_folder_has_no_hash(talk: Talk) -> None:
    assert (await talk.get("", hash=1))["hash"] is None


async def test_an_answer_says_by_etag_and_date_which_content_it_has(talk: Talk) -> None:
    os.utime(talk.write("a.txt", "abc"), (1_000_000_000, 1_000_000_000))
    answer = await talk.client.get("/api/contents/a.txt")
    assert answer.headers["ETag"] == f'"{hashlib.sha256(b"abc").hexdigest()}"'
    assert answer.headers["Last-Modified"] == "Sun, 09 Sep 2001 01:46:40 GMT"


async def test_clutter_is_not_listed(talk: Talk) -> None:
    for name in ("__pycache__/x.pyc", "b.pyc", "c.pyo", "d~", ".hidden", ".DS_Store", "e.txt"):
        talk.write(name, "")
    assert await talk.names() == ["e.txt"]


async def test_pipes_and_broken_links_are_not_listed(talk: Talk) -> None:
    os.mkfifo(talk.folder / "pipe")
    (talk.folder / "broken").symlink_to("nowhere")
    (talk.folder / "circle").symlink_to("circle")
    assert await talk.names() == []


async def test_a_name_that_is_not_utf8_is_not_listed(talk: Talk) -> None:
    (talk.folder / os.fsdecode(b"\xff.txt")).touch()
    assert await talk.names() == []


async def test_a_pipe_is_refused_and_not_waited_for(talk: Talk) -> None:
    os.mkfifo(talk.folder / "pipe")
    status, sentence = await talk.problem("GET", "/api/contents/pipe")
    assert (status, sentence) == (400, "'pipe' is neither a file nor a folder.")


async def test_what_is_not_there_is_said_so(talk: Talk) -> None:
    assert await talk.problem("GET", "/api/contents/no/such.txt") == (
        404,
        "There is no file or folder 'no/such.txt'.",
    )


async def test_a_link_inside_the_folder_is_what_it_leads_to(talk: Talk) -> None:
    talk.write("a.txt", "abc")
    (talk.folder / "link.txt").symlink_to("a.txt")
    model = await talk.get("link.txt")
    assert (model["name"], model["content"], model["size"]) == ("link.txt", "abc", 3)

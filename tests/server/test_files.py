"""Files and assets as browsers fetch them: type, ranges, compression, caching."""

import gzip
import os

import httpx
import pytest

from ..http import SCRIPT, Talk

URL = "/static/lab.0123456789abcdef.js"
GZIPPED = gzip.compress(SCRIPT.encode(), mtime=0)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.ipynb", "application/x-ipynb+json"),
        ("a.html", "text/html; charset=utf-8"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.pdf", "application/pdf"),
        ("a.unheard-of", "application/octet-stream"),
    ],
)
async def test_a_file_is_sent_as_it_is(talk: Talk, name: str, kind: str) -> None:
    talk.write(f"d e/{name}", b"\xff bytes")
    answer = await talk.client.get(f"/files/d%20e/{name}")
    assert (answer.content, answer.headers["Content-Type"]) == (b"\xff bytes", kind)
    assert "Content-Disposition" not in answer.headers


async def test_a_download_has_the_name_of_the_file(talk: Talk) -> None:
    talk.write("ü.txt", "x")
    answer = await talk.client.get("/files/ü.txt?download=1")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''%C3%BC.txt"


@pytest.mark.parametrize(
    ("asked", "sent", "where"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
    ],
)
async def test_a_part_of_a_file_can_be_had(talk: Talk, asked: str, sent: bytes, where: str) -> None:
    talk.write("a.bin", b"0123456789")
    answer = await talk.client.get("/files/a.bin", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, sent)
    assert answer.headers["Content-Range"] == where


async def test_a_part_that_is_not_there_is_refused(talk: Talk) -> None:
    talk.write("a.bin", b"0123456789")
    answer = await talk.client.get("/files/a.bin", headers={"Range": "bytes=20-"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */10")


async def test_a_file_that_did_not_change_is_not_sent_again(talk: Talk) -> None:
    file = talk.write("a.txt", "x")
    first = await talk.client.get("/files/a.txt")
    asked = {"If-None-Match": first.headers["ETag"]}
    assert (await talk.client.get("/files/a.txt", headers=asked)).status_code == 304
    os.utime(file, (1, 1))
    assert (await talk.client.get("/files/a.txt", headers=asked)).status_code == 304
    file.write_text("y")
    assert (await talk.client.get("/files/a.txt", headers=asked)).content == b"y"


async def test_what_is_sent_is_the_file_that_was_looked_at(talk: Talk) -> None:
    """Another that takes its place meanwhile is neither mixed into it nor sent under its tag."""
    talk.write("a.txt", "old")
    async with talk.client.stream("GET", "/files/a.txt") as answer:
        talk.write("other", "newer and longer").rename(talk.folder / "a.txt")
        assert await answer.aread() == b"old"


async def test_a_stored_page_cannot_act_for_its_reader(talk: Talk) -> None:
    talk.write("a.html", "<script>fetch('/api/contents')</script>")
    policy = (await talk.client.get("/files/a.html")).headers["Content-Security-Policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy


async def test_a_folder_is_no_file(talk: Talk) -> None:
    talk.write("d/a.txt", "")
    answer = await talk.client.get("/files/d")
    assert answer.status_code == 404
    assert "is not a file" in answer.text


# --- assets ---


@pytest.mark.parametrize(
    ("accepted", "coding", "sent"),
    [
        ("gzip, deflate, br, zstd", "zstd", b"(zstandard)"),
        ("gzip, deflate, br", "br", b"(brotli)"),
        ("gzip, deflate", "gzip", GZIPPED),
        ("br;q=0, gzip;q=0.5", "gzip", GZIPPED),
        ("gzip; q=0.0, br; q=1.0", "br", b"(brotli)"),
        ("identity", None, SCRIPT.encode()),
        ("", None, SCRIPT.encode()),
    ],
)
async def test_scripts_are_sent_compressed_to_who_understands_it(
    reader: httpx.AsyncClient, accepted: str, coding: str | None, sent: bytes
) -> None:
    request = reader.build_request("GET", URL, headers={"Accept-Encoding": accepted})
    answer = await reader.send(request, stream=True)
    assert b"".join([part async for part in answer.aiter_raw()]) == sent
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(sent))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/lab.css", "text/css; charset=utf-8"),
        ("/pyodide/pyodide.0123456789abcdef.mjs", "text/javascript; charset=utf-8"),
        ("/pyodide/pyodide.asm.0123456789abcdef.wasm", "application/wasm"),
        ("/pyodide/wheels/attrs-26.1.0-py3-none-any.whl", "application/octet-stream"),
        ("/pyodide/manifest.json", "application/json"),
    ],
)
async def test_assets_have_the_type_that_browsers_insist_on(
    reader: httpx.AsyncClient, path: str, kind: str
) -> None:
    answer = await reader.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)


@pytest.mark.parametrize(
    ("path", "lasting"),
    [
        (URL, True),
        ("/pyodide/pyodide.0123456789abcdef.mjs", True),
        ("/pyodide/wheels/attrs-26.1.0-py3-none-any.whl", True),
        ("/static/lab.css", False),
        ("/static/notebook.js", False),
        ("/pyodide/manifest.json", False),
    ],
)
async def test_what_never_changes_is_kept_by_the_browser(
    reader: httpx.AsyncClient, path: str, lasting: bool
) -> None:
    answer = await reader.get(path)
    assert ("immutable" in answer.headers["Cache-Control"]) is lasting
    again = await reader.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_each_coding_has_its_own_etag(reader: httpx.AsyncClient) -> None:
    tags = set()
    for coding in ("br", "identity"):
        request = reader.build_request("HEAD", URL, headers={"Accept-Encoding": coding})
        tags.add((await reader.send(request)).headers["ETag"])
    assert len(tags) == 2


@pytest.mark.parametrize(
    "path", ["/static/", "/static/no.js", "/static/%2e%2e/pyodide/manifest.json"]
)
async def test_only_assets_are_served_as_such(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 404

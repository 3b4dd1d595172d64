"""The code of a notebook is not its reader: it reaches its folder, though it has the cookie."""

from pathlib import Path

import httpx
import pytest

from wasmnb.contents import hashes

from ...http import TOKEN, Connect, page_key

# What browsers say of a page that is opened, and of what a script of it asks for.
PAGE = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
SCRIPT = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}

SAVE = b'{"type": "file", "format": "text", "content": "x"}'


@pytest.fixture(autouse=True)
def files(folder: Path) -> Path:
    for name in ("other/a.txt", "mine/a.txt", "mine/deep/a.txt", "mine too/a.txt", "a.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("as it was")
    (folder / "mine" / "out").symlink_to("../other")
    (folder / "mine" / "n.ipynb").write_text(
        '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}'
    )
    return folder


async def code_of(reader: httpx.AsyncClient, folder: str) -> dict[str, str]:
    """What the code of a notebook in that folder sends, in a browser that has logged in."""
    page = {**SCRIPT, **await page_key(reader)}
    answer = await reader.post("/api/keys", headers=page, json={"path": folder})
    return {**SCRIPT, "X-Wasmnb-Key": answer.json()["key"]}


@pytest.mark.parametrize("destination", ["empty", "script", "json", "worker", "manifest", ""])
@pytest.mark.parametrize("token", [TOKEN, ""])
async def test_a_script_is_let_in_by_a_key_not_by_the_cookie(
    connect: Connect, files: Path, destination: str, token: str
) -> None:
    script = {**SCRIPT, "Sec-Fetch-Dest": destination}
    async with connect(token=token) as reader:
        await reader.get(f"/lab?token={TOKEN}")
        for url in ("/lab", "/tree", "/api/contents", "/api/me", "/files/a.txt", "/no"):
            assert (await reader.get(url, headers=script)).status_code == 403
        answer = await reader.put("/api/contents/a.txt", headers=script, content=SAVE)
        assert answer.status_code == 403
        assert (await reader.post("/api/keys", headers=script)).status_code == 403
        key = await page_key(reader)
        assert (await reader.get("/api/contents", headers={**script, **key})).status_code == 200
    assert (files / "a.txt").read_text() == "as it was"


@pytest.mark.parametrize("destination", ["document", "iframe", "image", "video", "style"])
async def test_what_a_document_shows_is_let_in_by_the_cookie(
    reader: httpx.AsyncClient, destination: str
) -> None:
    await reader.get(f"/lab?token={TOKEN}")
    shown = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": destination}
    assert (await reader.get("/files/a.txt", headers=shown)).text == "as it was"
    answer = await reader.put("/api/contents/a.txt", headers=shown, content=SAVE)
    assert answer.status_code == 403


async def test_a_key_is_of_no_use_without_its_cookie(reader: httpx.AsyncClient) -> None:
    code = await code_of(reader, "mine")
    key = await page_key(reader)
    reader.cookies.clear()
    assert (await reader.get("/api/contents", headers=key)).status_code == 403
    assert (await reader.get("/files/mine/a.txt", headers=code)).status_code == 302
    await reader.get(f"/lab?token={TOKEN}")
    assert (await reader.get("/api/contents", headers={**SCRIPT, **key})).status_code == 403
    assert (await reader.get("/files/mine/a.txt", headers=code)).status_code == 403


async def test_what_the_server_has_in_memory_is_kept_from_code_too(
    reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "RACY_NANOSECONDS", 0)
    code = await code_of(reader, "mine")
    page = {**SCRIPT, **await page_key(reader)}
    for name in ("a.txt", "other/a.txt", "mine/a.txt"):
        for url in (f"/files/{name}", f"/api/contents/{name}"):
            for _ in range(2):
                assert "as it was" in (await reader.get(url, headers=page)).text
    for url in ("/files/mine/a.txt", "/api/contents/mine/a.txt"):
        assert "as it was" in (await reader.get(url, headers=code)).text
    worker = {**page, "Service-Worker": "script"}
    assert (await reader.get("/files/mine/a.txt", headers=worker)).status_code == 403
    for name in ("a.txt", "other/a.txt", "mine/out/a.txt"):
        for url in (f"/files/{name}", f"/api/contents/{name}", f"/api/contents/{name}?content=0"):
            answer = await reader.get(url, headers=code)
            assert answer.status_code in (403, 404)
            assert "as it was" not in answer.text
            assert (await reader.get(url, headers=SCRIPT)).status_code == 403


async def test_a_log_out_ends_the_keys(reader: httpx.AsyncClient) -> None:
    key = await page_key(reader)
    cookies = dict(reader.cookies)
    await reader.get("/logout", headers=PAGE)
    reader.cookies.update(cookies)
    assert (await reader.get("/api/contents", headers=key)).status_code == 403


async def test_code_does_not_log_its_reader_out(reader: httpx.AsyncClient) -> None:
    key = await page_key(reader)
    assert (await reader.get("/logout", headers=SCRIPT)).status_code == 403
    assert (await reader.get("/api/contents", headers=key)).status_code == 200


async def test_who_opens_the_printed_address_again_keeps_the_keys(
    reader: httpx.AsyncClient,
) -> None:
    """In another tab, for example."""
    key = await page_key(reader)
    await reader.get(f"/lab?token={TOKEN}")
    await reader.post("/login", data={"token": TOKEN})
    assert (await reader.get("/api/contents", headers={**SCRIPT, **key})).status_code == 200


async def test_code_reaches_its_folder(reader: httpx.AsyncClient) -> None:
    code = await code_of(reader, "mine")
    assert (await reader.get("/files/mine/a.txt", headers=code)).text == "as it was"
    assert (await reader.get("/api/contents/mine", headers=code)).status_code == 200
    put = await reader.put("/api/contents/mine/deep/b.txt", headers=code, content=SAVE)
    assert put.status_code == 201
    to = {"path": "mine/c.txt"}
    moved = await reader.patch("/api/contents/mine/deep/b.txt", headers=code, json=to)
    assert moved.status_code == 200
    assert (await reader.delete("/api/contents/mine/c.txt", headers=code)).status_code == 204


OUT_OF_REACH: list[tuple[str, str, object]] = [
    ("GET", "/files/a.txt", None),
    ("GET", "/files/other/a.txt", None),
    ("GET", "/files/mine%20too/a.txt", None),
    ("GET", "/files/mine/../a.txt", None),
    ("GET", "/files/mine/%2e%2e/a.txt", None),
    ("GET", "/files/mine%2f..%2fa.txt", None),
    ("GET", "/files/mine/out/a.txt", None),
    ("GET", "/api/contents/", None),
    ("GET", "/api/contents/mine/out", None),
    ("GET", "/api/contents/other/a.txt/checkpoints", None),
    ("GET", "/api/status", None),
    ("GET", "/lab", None),
    ("POST", "/api/keys", {"path": ""}),
    ("POST", "/api/contents/mine", {"copy_from": "other/a.txt"}),
    ("POST", "/api/contents/other", {"copy_from": "mine/a.txt"}),
    ("POST", "/api/contents/mine/n.ipynb/trust", None),
    ("PATCH", "/api/contents/other/a.txt", {"path": "mine/b.txt"}),
    ("PATCH", "/api/contents/mine/a.txt", {"path": "other/b.txt"}),
    ("PATCH", "/api/contents/mine", {"path": "yours"}),
    ("PUT", "/api/contents/other/a.txt", {"type": "file", "format": "text", "content": "x"}),
    ("PUT", "/api/contents/mine/out/a.txt", {"type": "file", "format": "text", "content": "x"}),
    ("DELETE", "/api/contents/other/a.txt", None),
    ("DELETE", "/api/contents/mine", None),
]


@pytest.mark.parametrize(("method", "url", "body"), OUT_OF_REACH)
async def test_and_nothing_else(
    reader: httpx.AsyncClient, files: Path, method: str, url: str, body: object
) -> None:
    code, before = await code_of(reader, "mine"), texts(files)
    answer = await reader.request(method, url, headers=code, json=body)
    assert answer.status_code in (400, 403, 404)
    assert "as it was" not in answer.text
    assert texts(files) == before


async def test_links_lead_code_out_where_the_user_lets_them(connect: Connect, files: Path) -> None:
    async with connect(follow_symlinks=True) as reader:
        code, before = await code_of(reader, "mine"), texts(files)
        assert (await reader.get("/files/mine/out/a.txt", headers=code)).text == "as it was"
        assert (await reader.get("/files/other/a.txt", headers=code)).status_code == 403
        assert (await reader.delete("/api/contents/mine", headers=code)).status_code == 400
    assert texts(files) == before


def texts(folder: Path) -> dict[Path, str]:
    return {file: file.read_text() for file in folder.rglob("*") if file.is_file()}


async def test_the_refusal_says_how_to_allow_it(reader: httpx.AsyncClient) -> None:
    code = await code_of(reader, "mine")
    answer = await reader.get("/api/contents/other/a.txt", headers=code)
    assert answer.status_code == 403
    assert "wasmnb serve --kernel-files all" in answer.json()["message"]


async def test_the_user_may_let_all_notebooks_reach_everything(connect: Connect) -> None:
    async with connect(kernel_files="all") as reader:
        code = await code_of(reader, "mine")
        assert (await reader.get("/files/other/a.txt", headers=code)).text == "as it was"
        assert (await reader.get("/api/contents/", headers=code)).status_code == 200
        assert (await reader.get("/lab", headers=code)).status_code == 403


@pytest.mark.parametrize(
    "key", [b"x", b"page..x", b"folder..x", b"folder.bWluZQ==.x", b"folder.\xff.x", b".", b"..."]
)
async def test_a_made_up_key_opens_nothing(reader: httpx.AsyncClient, key: bytes) -> None:
    await reader.get(f"/lab?token={TOKEN}")
    headers = [(b"X-Wasmnb-Key", key)]
    assert (await reader.get("/api/contents", headers=headers)).status_code == 403


async def test_code_cannot_sign_what_it_saves(reader: httpx.AsyncClient) -> None:
    """Else it could write scripts that run when its reader opens the file."""
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<p>"}}
    cell = {
        "cell_type": "code",
        "id": "a",
        "source": "",
        "execution_count": None,
        "metadata": {"trusted": True},
        "outputs": [output],
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    body = {"type": "notebook", "content": notebook}
    url = "/api/contents/mine/n.ipynb"
    page, code = {**SCRIPT, **await page_key(reader)}, await code_of(reader, "mine")
    for headers, is_trusted in [(code, False), (page, True)]:
        assert (await reader.put(url, headers=headers, json=body)).is_success
        [found] = (await reader.get(url, headers=page)).json()["content"]["cells"]
        assert found["metadata"]["trusted"] is is_trusted

"""Opened and saved by a program: the file is then what nbformat itself would have written."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copyfile

import httpx
import pytest

from wasmnb.server.app import application
from wasmnb.server.config import Config

from . import notebooks


@pytest.fixture
async def client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    app = application(Config(folder=tmp_path, token=""))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8888") as client:
        yield client


@pytest.mark.parametrize("path", notebooks.READABLE)
async def test_opens_and_saves_as_nbformat_does(
    path: str, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    file = copyfile(notebooks.CORPUS / path, tmp_path / "a.ipynb")
    opened = (await client.get("/api/contents/a.ipynb")).raise_for_status().json()
    assert notebooks.INVALID.get(path, "") in opened.get("message", "")
    assert ("message" in opened) == (path in notebooks.INVALID)

    (await client.put("/api/contents/a.ipynb", json=opened)).raise_for_status()
    saved = notebooks.without_new_ids(file.read_text(encoding="utf-8"), path)
    assert saved == notebooks.without_new_ids(notebooks.upgraded(path), path)


@pytest.mark.parametrize(("path", "reason"), notebooks.UNREADABLE.items())
async def test_what_cannot_be_read_is_said_and_left_alone(
    path: str, reason: str, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    file = copyfile(notebooks.CORPUS / path, tmp_path / "a.ipynb")
    refused = await client.get("/api/contents/a.ipynb")
    assert refused.status_code == 400
    assert reason in refused.json()["message"]

    as_text = (await client.get("/api/contents/a.ipynb", params={"type": "file"})).json()
    assert as_text["content"] == notebooks.original(path) == file.read_text(encoding="utf-8")


def test_most_notebooks_do_not_change_by_a_byte() -> None:
    """So that the comparison above is more than one of two ways to rewrite a file."""
    unchanged = [
        path for path in notebooks.READABLE if notebooks.upgraded(path) == notebooks.original(path)
    ]
    assert len(unchanged) > 200

"""The driver: a client of the real application, over a real folder."""

import asyncio
import gzip
import json
import os
import pwd
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message

from wasmnb.server.app import application
from wasmnb.server.config import Config

TOKEN = "s3cret"  # noqa: S105  of servers that live in this process
SCRIPT = "console.log('lab');" * 100
BASE = "http://127.0.0.1:8888"

type Data = dict[str, Any]
type Connect = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


class Talk:
    """What a program that has the token says to the server about one folder."""

    def __init__(self, client: httpx.AsyncClient, folder: Path) -> None:
        self.client = client
        self.folder = folder

    async def get(self, path: str = "", **query: Any) -> Data:
        return self.ok(await self.client.get(f"/api/contents/{path}", params=query))

    async def save(self, path: str, content: Any = None, **model: Any) -> Data:
        return self.ok(await self.put(path, {"content": content, **model}))

    async def put(self, path: str, model: Any) -> httpx.Response:
        return await self.client.put(f"/api/contents/{path}", content=json.dumps(model))

    async def post(self, path: str, **body: Any) -> Data:
        return self.ok(await self.client.post(f"/api/contents/{path}", content=json.dumps(body)))

    async def rename(self, path: str, to: str) -> Data:
        return self.ok(
            await self.client.patch(f"/api/contents/{path}", content=json.dumps({"path": to}))
        )

    async def delete(self, path: str) -> Data:
        return self.ok(await self.client.delete(f"/api/contents/{path}"))

    async def names(self, path: str = "") -> list[str]:
        return [entry["name"] for entry in (await self.get(path))["content"]]

    async def problem(self, method: str, url: str, body: Any = None) -> tuple[int, str]:
        """The status and the sentence that a request is refused with."""
        content = None if body is None else json.dumps(body)
        answer = await self.client.request(method, url, content=content)
        assert answer.is_error, answer.text
        assert set(answer.json()) == {"message", "reason"}
        return answer.status_code, answer.json()["message"]

    def ok(self, answer: httpx.Response) -> Data:
        assert answer.is_success, answer.text
        return answer.json() if answer.content else {}

    def read(self, path: str) -> Any:
        """What is on disk: JSON of a notebook, text of others."""
        text = (self.folder / path).read_text(encoding="utf-8")
        return json.loads(text) if path.endswith(".ipynb") else text

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file


async def page_key(reader: httpx.AsyncClient) -> dict[str, str]:
    """Open the page, logging in at first; the header by which its scripts are let in."""
    query = "" if reader.cookies else f"?token={TOKEN}"
    html = (await reader.get(f"/lab{query}", follow_redirects=True)).text
    found = re.search(r'"key": "([^"]+)"', html)
    assert found
    return {"X-Wasmnb-Key": found[1]}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def jupyter_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Signatures of this test alone, not those of the user who runs it."""
    data = tmp_path / "jupyter"
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(data))
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    """Browser assets as build/ makes them, small."""
    files: dict[str, str | bytes] = {
        "static/manifest.json": '{"lab": {"js": ["lab.0123456789abcdef.js"], "css": ["lab.css"], '
        '"fetch": ["schemas.json"]}, '
        '"notebook": {"js": ["notebook.js"], "css": [], "fetch": []}, '
        '"served-notebook": {"js": ["served-notebook.js"], "css": [], "fetch": []}, '
        '"hydrate": {"js": ["hydrate.js"], "css": [], "fetch": []}}',
        "static/lab.0123456789abcdef.js": SCRIPT,
        # Their readers are not in these tests.
        "static/lab.0123456789abcdef.js.zst": b"(zstandard)",
        "static/lab.0123456789abcdef.js.br": b"(brotli)",
        "static/lab.0123456789abcdef.js.gz": gzip.compress(SCRIPT.encode(), mtime=0),
        "static/lab.css": "body {}",
        "static/notebook.js": "console.log('notebook')",
        "pyodide/manifest.json": '{"pyodide": "314.0.7", '
        '"files": {"pyodide.mjs": {"path": "pyodide.0123456789abcdef.mjs", "bytes": 2}, '
        '"prestart.js": {"path": "prestart.js", "bytes": 2}}}',
        "pyodide/prestart.js": "{}",
        "pyodide/pyodide.0123456789abcdef.mjs": "{}",
        "pyodide/pyodide.asm.0123456789abcdef.wasm": "\0asm",
        "pyodide/wheels/attrs-26.1.0-py3-none-any.whl": "PK",
    }
    for name, text in files.items():
        file = tmp_path / "assets" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    return tmp_path / "assets"


@pytest.fixture
def connect(folder: Path, assets: Path) -> Connect:
    """Open a client to a server; keywords are of its Config, and `headers`."""

    @asynccontextmanager
    async def client(
        headers: dict[str, str] | None = None, **settings: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        config = replace(Config(folder=folder, token=TOKEN, assets=assets), **settings)
        app = application(config)
        transport = httpx.ASGITransport(app)
        async with (
            running(app),
            httpx.AsyncClient(
                transport=transport, base_url=BASE, headers=headers or {}
            ) as connected,
        ):
            yield connected

    return client


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[None]:
    """Start an application and stop it at the end, as a server does."""
    said: asyncio.Queue[Message] = asyncio.Queue()
    answered: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    life = asyncio.ensure_future(app(scope, said.get, answered.put))
    for event in ("startup", "shutdown"):
        await said.put({"type": f"lifespan.{event}"})
        assert (await answered.get())["type"] == f"lifespan.{event}.complete"
        if event == "startup":
            yield
    await life


@pytest.fixture
def protect(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Take the right to write a file or folder, or all of them (mode 0), from the server.

    To root nothing is protected, so a root who runs these tests becomes nobody until the end.
    """
    modes: dict[Path, int] = {}

    def change(file: Path, mode: int) -> None:
        modes.setdefault(file, file.stat().st_mode)
        file.chmod(mode)

    def take(file: Path, mode: int = 0o555) -> None:
        change(file, mode)
        if os.getuid() == 0:
            for above in [tmp_path, *tmp_path.parents]:
                if above.stat().st_uid == 0 and above.is_relative_to(tempfile.gettempdir()):
                    change(above, above.stat().st_mode | 0o055)
            nobody = pwd.getpwnam("nobody").pw_uid
            os.setresuid(nobody, nobody, 0)

    user = os.getuid()
    yield take
    if user == 0:
        os.setresuid(0, 0, 0)
    for file, mode in modes.items():
        file.chmod(mode)


@pytest.fixture
async def talk(connect: Connect, folder: Path) -> AsyncIterator[Talk]:
    """A program with the token."""
    async with connect({"Authorization": f"token {TOKEN}"}) as client:
        yield Talk(client, folder)


@pytest.fixture
async def reader(connect: Connect) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody has logged in yet."""
    async with connect() as client:
        yield client

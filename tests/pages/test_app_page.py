"""The page: which address shows what, and what JupyterLab is told."""

import json
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from wasmnb.contents import reader
from wasmnb.pages.preview import MAX_BYTES

from ..http import TOKEN, Connect, Talk


class Html(HTMLParser):
    """The parts of a page that matter: its scripts and styles, and the settings it carries."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.files: list[str] = []
        self.config: dict[str, Any] = {}
        self._is_config = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._is_config = found.get("id") == "jupyter-config-data"
        if url := (found.get("src") or (found.get("href") if tag == "link" else None)):
            self.files.append(url)

    def handle_data(self, data: str) -> None:
        if self._is_config:
            self.config = json.loads(data)
            self._is_config = False


# It starts Python where the page is going to run something.
EARLY = "/pyodide/prestart.js"


async def shown(talk: Talk, path: str) -> Html:
    answer = await talk.client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return Html(answer.text)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/lab", {"mode": "multiple-document", "workspace": "default", "treePath": ""}),
        ("/lab/", {"mode": "multiple-document"}),
        ("/lab/tree/d/a.ipynb", {"workspace": "default", "treePath": "d/a.ipynb"}),
        ("/lab/workspaces/mine", {"workspace": "mine", "treePath": ""}),
        ("/lab/workspaces/mine/tree/d", {"workspace": "mine", "treePath": "d"}),
    ],
)
async def test_lab_addresses_open_jupyterlab(talk: Talk, path: str, told: dict[str, str]) -> None:
    talk.client.follow_redirects = True
    page = await shown(talk, path)
    assert {key: page.config[key] for key in told} == told
    assert "notebookPage" not in page.config
    assert EARLY in page.files
    assert "/static/lab.0123456789abcdef.js" in page.files


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/tree", {"notebookPage": "tree", "treePath": ""}),
        ("/tree/d", {"notebookPage": "tree", "treePath": "d"}),
        ("/notebooks/d/a.ipynb", {"notebookPage": "notebooks", "mode": "single-document"}),
        ("/edit/d/a.txt", {"notebookPage": "edit"}),
        ("/consoles/d", {"notebookPage": "consoles"}),
    ],
)
async def test_the_others_open_notebook_7(talk: Talk, path: str, told: dict[str, str]) -> None:
    talk.write("d/a.ipynb", "{}")
    page = await shown(talk, path)
    assert {key: page.config[key] for key in told} == told
    assert "/static/notebook.js" in page.files
    assert (EARLY in page.files) == (told["notebookPage"] in ("notebooks", "consoles"))


@pytest.mark.parametrize(
    ("path", "onward"),
    [
        ("/", "/lab"),
        ("/tree/d/a%20b.ipynb", "/notebooks/d/a%20b.ipynb"),
        ("/tree/d/a.txt", "/files/d/a.txt"),
        ("/notebooks/d", "/tree/d"),
    ],
)
async def test_an_address_goes_on_to_where_the_file_is_shown(
    talk: Talk, path: str, onward: str
) -> None:
    talk.write("d/a b.ipynb", "{}")
    talk.write("d/a.txt", "")
    answer = await talk.client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, onward)


async def test_what_is_not_there_is_said_on_a_page(talk: Talk) -> None:
    answer = await talk.client.get("/tree/no")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "There is no file or folder" in answer.text
    assert (await talk.client.get("/no/such/page")).status_code == 404


async def test_programs_are_told_in_json(talk: Talk) -> None:
    assert await talk.problem("GET", "/api/no") == (404, "There is nothing at this address.")
    status, _ = await talk.problem("DELETE", "/api/me")
    assert status == 405


async def test_the_page_does_not_carry_the_token(talk: Talk) -> None:
    assert TOKEN not in (await talk.client.get("/lab")).text


async def test_the_page_says_where_the_kernel_is(talk: Talk, connect: Connect) -> None:
    config = (await shown(talk, "/lab")).config["wasmnb"]
    assert config["pyodide"]["pyodide"] == "314.0.7"
    url = config["pyodide"]["files"]["pyodide.mjs"]["path"]
    assert url == "/pyodide/pyodide.0123456789abcdef.mjs"
    assert (await talk.client.get(url)).status_code == 200
    assert config["index"] is None
    async with connect(token="", index="https://index.example/simple") as client:
        page = await shown(Talk(client, talk.folder), "/lab")
    assert page.config["wasmnb"]["index"] == "https://index.example/simple"


async def test_a_path_cannot_break_out_of_the_settings(talk: Talk) -> None:
    path = "</script><script>alert(1)</script><!--"
    page = await shown(talk, f"/lab/tree/{path.replace('/', '%2F')}")
    assert page.config["treePath"] == path


async def test_a_checkout_that_was_not_built_says_what_to_do(
    connect: Connect, tmp_path: Path
) -> None:
    async with connect(token="", assets=tmp_path / "none") as client:
        for path in ("/lab", "/tree"):
            assert "Run `make`" in (await client.get(path)).text
        assert (await client.get("/static/lab.js")).status_code == 404
        assert (await client.get("/api/contents")).status_code == 200


# --- api/me and api/status ---


async def test_who_is_let_in_may_do_everything(talk: Talk) -> None:
    answer = await talk.client.get("/api/me?permissions=" + json.dumps({"contents": ["read"]}))
    assert answer.json()["permissions"] == {"contents": ["read"], "updatable_fields": []}
    assert answer.json()["identity"]["username"]


@pytest.mark.parametrize("asked", ["{", "[]", '{"a": "b"}', '{"a": [1]}', "7"])
async def test_permissions_are_asked_for_in_their_form(talk: Talk, asked: str) -> None:
    answer = await talk.client.get("/api/me", params={"permissions": asked})
    assert answer.status_code == 400


async def test_the_status_says_when_the_server_was_used(talk: Talk) -> None:
    first = (await talk.client.get("/api/status")).json()
    assert (first["connections"], first["kernels"]) == (0, 0)
    assert (await talk.client.get("/api/status")).json() == first, "to watch is not to use"
    await talk.get()
    then = (await talk.client.get("/api/status")).json()
    assert then["last_activity"] > first["last_activity"]
    assert then["started"] == first["started"]


async def test_a_notebooks_cells_are_in_its_page_as_text(talk: Talk) -> None:
    hostile = "</pre><script>alert(1)</script>"
    cells = [
        {"cell_type": "code", "source": hostile, "metadata": {}, "outputs": []},
        {"cell_type": "markdown", "source": f"# {hostile}", "metadata": {}},
    ]
    talk.write("a.ipynb", json.dumps(notebook(cells)))
    html = (await talk.client.get("/notebooks/a.ipynb")).text
    assert html.count(escape(hostile)) == len(cells)
    assert hostile not in html


@pytest.mark.parametrize("written", ["{", "[]", json.dumps({"cells": "none", "nbformat": 4})])
async def test_what_cannot_be_shown_as_cells_is_left_to_jupyterlab(
    talk: Talk, written: str
) -> None:
    talk.write("a.ipynb", written)
    assert "<main" not in (await talk.client.get("/notebooks/a.ipynb")).text
    assert "<main" not in (await talk.client.get("/notebooks/none.ipynb")).text


async def test_a_very_large_notebook_is_left_to_jupyterlab(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size is known without reading it; nor does a page of a folder read the file there."""
    cell = {"cell_type": "markdown", "source": "x" * MAX_BYTES, "metadata": {}}
    talk.write("a.ipynb", json.dumps(notebook([cell])))
    monkeypatch.setattr(reader, "opened", lambda _: pytest.fail("The notebook was read."))
    assert "<main" not in (await talk.client.get("/notebooks/a.ipynb")).text
    assert (await talk.client.get("/tree/a.ipynb")).headers["Location"] == "/notebooks/a.ipynb"


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}

"""The description is complete and true: every route is in it, and answers are as it says."""

import json
import re
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from starlette.routing import Route

from wasmnb.contents.manager import Contents
from wasmnb.server.app import routes
from wasmnb.server.auth.auth import Auth
from wasmnb.server.config import Config
from wasmnb.server.handlers.contents import ContentsApi
from wasmnb.server.handlers.openapi import DESCRIPTION, SCHEMAS
from wasmnb.server.handlers.status import Activity

from ..http import TOKEN, Talk

NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}

REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "/api", None),
    ("GET", "/api/", None),
    ("GET", "/api/me", None),
    ("GET", "/api/me?permissions=7", None),
    ("GET", "/api/status", None),
    ("GET", "/api/health", None),
    ("GET", "/api/spec.json", None),
    ("GET", "/api/contents", None),
    ("GET", "/api/contents/d", None),
    ("GET", "/api/contents/a.txt?hash=1", None),
    ("GET", "/api/contents/a.txt?content=0", None),
    ("GET", "/api/contents/a.bin", None),
    ("GET", "/api/contents/n.ipynb", None),
    ("GET", "/api/contents/invalid.ipynb", None),
    ("GET", "/api/contents/corrupt.ipynb", None),
    ("GET", "/api/contents/no", None),
    ("PUT", "/api/contents/a.txt", {"type": "file", "format": "text", "content": "x"}),
    ("PUT", "/api/contents/new.txt", {"type": "file", "format": "text", "content": "x"}),
    ("PUT", "/api/contents/c", {"type": "file", "format": "text", "content": "x", "chunk": 1}),
    ("PUT", "/api/contents/n.ipynb", {"type": "notebook", "content": NOTEBOOK}),
    ("PUT", "/api/contents/d", {"type": "file", "format": "text", "content": "x"}),
    ("POST", "/api/contents", {"ext": ".py"}),
    ("POST", "/api/contents/d", {"copy_from": "a.txt"}),
    ("PATCH", "/api/contents/a.txt", {"path": "b.txt"}),
    ("PATCH", "/api/contents/a.txt", {"path": "n.ipynb"}),
    ("DELETE", "/api/contents/a.txt", None),
    ("DELETE", "/api/contents/d", None),
    ("GET", "/api/contents/n.ipynb/checkpoints", None),
    ("POST", "/api/contents/n.ipynb/checkpoints", None),
    ("POST", "/api/contents/n.ipynb/checkpoints/checkpoint", None),
    ("DELETE", "/api/contents/n.ipynb/checkpoints/checkpoint", None),
    ("POST", "/api/contents/n.ipynb/trust", None),
    ("GET", "/files/a.txt", None),
    ("GET", "/files/no", None),
    ("GET", "/", None),
    ("GET", "/lab", None),
    ("GET", "/tree/d", None),
    ("GET", "/login", None),
    ("GET", "/logout", None),
    ("GET", "/key", None),
]


def operation(method: str, url: str) -> Any:
    """What the description says of a request; the most particular path that fits."""
    path = url.partition("?")[0]
    fits = [
        template
        for template, item in DESCRIPTION["paths"].items()
        if re.fullmatch(re.sub(r"\\{path\\}", ".+", pattern(template)), path)
        and method.lower() in item
    ]
    return DESCRIPTION["paths"][max(fits, key=len)][method.lower()]


def pattern(template: str) -> str:
    return re.sub(r"\\{(?!path)\w+\\}", "[^/]+", re.escape(template))


def resolved(item: Any) -> Any:
    """A response, a reference to one followed."""
    *_, kind, name = item.get("$ref", "//").split("/")
    return DESCRIPTION["components"][kind][name] if kind else item


@pytest.mark.parametrize(("method", "url", "body"), REQUESTS)
async def test_an_answer_is_as_described(talk: Talk, method: str, url: str, body: Any) -> None:
    files: list[tuple[str, str | bytes]] = [
        ("d/x.txt", "x"),
        ("a.txt", "text"),
        ("a.bin", b"\xff"),
        ("n.ipynb", json.dumps(NOTEBOOK)),
        ("invalid.ipynb", json.dumps({**NOTEBOOK, "surplus": 1})),
        ("corrupt.ipynb", "{"),
        (".ipynb_checkpoints/n-checkpoint.ipynb", json.dumps(NOTEBOOK)),
    ]
    for name, text in files:
        talk.write(name, text)
    answer = await talk.client.request(method, url, content=json.dumps(body) if body else None)
    described = resolved(operation(method, url)["responses"][str(answer.status_code)])
    required = {name for name, header in described.get("headers", {}).items() if header["required"]}
    assert required <= {name.title() for name in answer.headers}
    content = described.get("content", {}).get("application/json")
    if content:
        schema = {**content["schema"], "components": DESCRIPTION["components"]}
        Draft202012Validator(schema).validate(answer.json())


async def test_a_conflict_is_described(talk: Talk) -> None:
    talk.write("a.txt", "x")
    for path in ("a.txt", "no.txt"):
        answer = await talk.client.put(
            f"/api/contents/{path}", content=b"{}", headers={"If-Match": '"other"'}
        )
        schema = {**SCHEMAS["Problem"], "components": DESCRIPTION["components"]}
        Draft202012Validator(schema).validate(answer.json())


async def test_every_route_is_described(talk: Talk) -> None:
    config = Config(folder=talk.folder, token=TOKEN)
    table = routes(config, ContentsApi(Contents(talk.folder)), Activity(), Auth(config))
    found = {
        re.sub(r":path\}", "}", route.path): {method.lower() for method in route.methods or ()}
        for route in table
        if isinstance(route, Route)
    }
    described = {
        path: set(item) - {"parameters"} | ({"head"} if "get" in item else set())
        for path, item in DESCRIPTION["paths"].items()
    }
    assert found == described


async def test_the_description_is_served_as_json_and_yaml(talk: Talk) -> None:
    assert (await talk.client.get("/api/spec.json")).json() == DESCRIPTION
    answer: httpx.Response = await talk.client.get("/api/spec.yaml")
    assert answer.headers["Content-Type"] == "application/yaml"
    assert json.loads(answer.text) == DESCRIPTION, "JSON is YAML"

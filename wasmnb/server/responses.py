"""How the server answers: JSON models, problems as JSON or as a page, each with its status."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles

from wasmnb.contents.errors import (
    Broken,
    Changed,
    Conflict,
    Forbidden,
    Invalid,
    NoRoom,
    NotFound,
    Problem,
    TooLarge,
    TooMany,
    TooSlow,
    Unreachable,
)
from wasmnb.contents.models import Model
from wasmnb.contents.preconditions import ANY, all_tags
from wasmnb.pages import html
from wasmnb.pages.csp import PLAIN_CSP

STATUS: dict[type[Problem], int] = {
    Invalid: 400,
    Forbidden: 403,
    NotFound: 404,
    TooSlow: 408,
    Conflict: 409,
    Changed: 412,
    TooLarge: 413,
    TooMany: 429,
    Broken: 500,
    Unreachable: 502,
    NoRoom: 507,
}

ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

# Of pages that only say or ask something: they load nothing and run nothing.
PLAIN = {
    "Content-Security-Policy": PLAIN_CSP,
    "Cache-Control": "no-store",
}

SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take requests of that method.",
}


# Of a class whose methods know HTTP's rules; it serves nothing.
RULES = StaticFiles(directory=None)


class Encoded(bytes):
    """A model's content that is JSON already."""


def encoded(value: Any) -> bytes:
    """A value as JSON."""
    try:
        text = ENCODER.encode(value)
    except ValueError as error:
        raise Invalid(
            "This notebook holds a number that JSON does not have (NaN or Infinity). "
            "Open it with the text editor to correct it."
        ) from error
    # Half of a surrogate pair, which UTF-8 does not know, is sent as JSON's escape for it.
    return text.encode(errors="backslashreplace")


def json_answer(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(encoded(value), status, headers, media_type="application/json")


def model_answer(model: Model, status: int = 200, *, located: bool = True) -> Response:
    """A contents model, with the headers that tell of it."""
    headers = {"Last-Modified": http_date(model["last_modified"]), "Cache-Control": "no-store"}
    if model["hash"]:
        headers["ETag"] = tagged(model["hash"])
    if located:
        headers["Location"] = f"/api/contents/{quote(model['path'])}"
    return Response(encoded_model(model), status, headers, media_type="application/json")


def encoded_model(model: Model) -> bytes:
    content = model["content"]
    if not isinstance(content, Encoded):
        return encoded(model)
    rest = encoded({name: value for name, value in model.items() if name != "content"})
    return b"".join((rest.removesuffix(b"}"), b',"content":', content, b"}"))


def tagged(tag: str) -> str:
    """A hash as an entity tag."""
    return f'"{tag}"'


@lru_cache(1000)
def http_date(iso: str) -> str:
    return format_datetime(datetime.fromisoformat(iso), usegmt=True)


def nothing() -> Response:
    return Response(status_code=204)


def unless_unchanged(answer: Response, request: Request) -> Response:
    """The answer, or a word that the client has this content already."""
    return NotModifiedResponse(answer.headers) if is_unchanged(answer, request) else answer


def is_unchanged(answer: Response, request: Request) -> bool:
    tags = all_tags(request.headers.get("if-none-match"))
    if tags is None:
        is_asked = "if-modified-since" in request.headers
        return is_asked and RULES.is_not_modified(answer.headers, request.headers)
    return ANY in tags or answer.headers.get("ETag", "").strip('"') in tags


def refusal(path: str, status: int, sentence: str, reason: str | None = None) -> Response:
    """What went wrong: as JSON for programs, as a page for people."""
    if path.startswith("/api"):
        return json_answer({"message": sentence, "reason": reason}, status)
    return HTMLResponse(html.notice(f"wasmnb: {sentence}", sentence), status, PLAIN)


def on_problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    if isinstance(error, Changed):
        return on_changed(error)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    answer = refusal(request.scope["path"], status, error.message, error.reason)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.wait)
    if isinstance(error, TooLarge | TooSlow):
        answer.headers["Connection"] = "close"  # the rest of it is not read
    return answer


def on_changed(error: Changed) -> Response:
    """What there is instead, for the client to compare with and to decide again."""
    found = error.model
    value = {"message": error.message, "reason": error.reason, "model": found}
    headers = {"ETag": tagged(str(found["hash"]))} if found and found["hash"] else {}
    return json_answer(value, STATUS[Changed], headers)


def on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    sentence = SENTENCES.get(error.status_code, error.detail)
    answer = refusal(request.scope["path"], error.status_code, sentence)
    answer.headers.update(error.headers or {})
    return answer


def on_error(request: Request, _error: Exception) -> Response:
    """Our own mistake: the log has the traceback, the user a sentence."""
    sentence = "The server failed at this request; what happened stands in its log."
    return refusal(request.scope["path"], 500, sentence)

"""Responses: JSON, contents models, conditional GET, and errors as JSON or as a page.

STATUS is the table of errors and their HTTP status codes.
"""

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

# Headers of pages that load and run nothing, such as the login page.
PLAIN_HEADERS = {
    "Content-Security-Policy": PLAIN_CSP,
    "Cache-Control": "no-store",
}

MESSAGES = {
    404: "There is nothing at this address.",
    405: "This address does not accept requests with that method.",
}


# Only for its comparison of If-Modified-Since; it serves no files.
STATIC_FILES = StaticFiles(directory=None)


class EncodedJson(bytes):
    """A model's content, encoded as JSON already."""


def encode(value: Any) -> bytes:
    """A value as JSON."""
    try:
        text = ENCODER.encode(value)
    except ValueError as error:
        raise Invalid(
            "This notebook holds a number that JSON does not have (NaN or Infinity). "
            "Open it with the text editor to correct it."
        ) from error
    # A lone surrogate cannot be encoded in UTF-8; it is sent as a JSON escape.
    return text.encode(errors="backslashreplace")


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(encode(value), status, headers, media_type="application/json")


def model_response(model: Model, status: int = 200, *, located: bool = True) -> Response:
    """A contents model, with the headers Last-Modified, ETag and Location."""
    headers = {"Last-Modified": http_date(model["last_modified"]), "Cache-Control": "no-store"}
    if model["hash"]:
        headers["ETag"] = entity_tag(model["hash"])
    if located:
        headers["Location"] = f"/api/contents/{quote(model['path'])}"
    return Response(encode_model(model), status, headers, media_type="application/json")


def encode_model(model: Model) -> bytes:
    content = model["content"]
    if not isinstance(content, EncodedJson):
        return encode(model)
    rest = encode({name: value for name, value in model.items() if name != "content"})
    return b"".join((rest.removesuffix(b"}"), b',"content":', content, b"}"))


def entity_tag(content_hash: str) -> str:
    """A strong entity tag (ETag)."""
    return f'"{content_hash}"'


@lru_cache(1000)
def http_date(iso: str) -> str:
    return format_datetime(datetime.fromisoformat(iso), usegmt=True)


def no_content() -> Response:
    return Response(status_code=204)


def not_modified_or(response: Response, request: Request) -> Response:
    """The response, or 304 Not Modified if the client has this content (conditional GET)."""
    return NotModifiedResponse(response.headers) if is_cached(response, request) else response


def is_cached(response: Response, request: Request) -> bool:
    """Whether the client has this content, by If-None-Match or else If-Modified-Since."""
    tags = all_tags(request.headers.get("if-none-match"))
    if tags is None:
        is_dated = "if-modified-since" in request.headers
        return is_dated and STATIC_FILES.is_not_modified(response.headers, request.headers)
    return ANY in tags or response.headers.get("ETag", "").strip('"') in tags


def error_response(path: str, status: int, message: str, reason: str | None = None) -> Response:
    """An error: as JSON for programs, as a page for people."""
    if path.startswith("/api"):
        return json_response({"message": message, "reason": reason}, status)
    return HTMLResponse(html.notice(f"wasmnb: {message}", message), status, PLAIN_HEADERS)


def on_problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    if isinstance(error, Changed):
        return on_changed(error)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    response = error_response(request.scope["path"], status, error.message, error.reason)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.wait)
    if isinstance(error, TooLarge | TooSlow):
        response.headers["Connection"] = "close"  # the rest of the request is not read
    return response


def on_changed(error: Changed) -> Response:
    """412, with the current model, for the client to compare with and decide again."""
    model = error.model
    value = {"message": error.message, "reason": error.reason, "model": model}
    headers = {"ETag": entity_tag(str(model["hash"]))} if model and model["hash"] else {}
    return json_response(value, STATUS[Changed], headers)


def on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    message = MESSAGES.get(error.status_code, error.detail)
    response = error_response(request.scope["path"], error.status_code, message)
    response.headers.update(error.headers or {})
    return response


def on_error(request: Request, _error: Exception) -> Response:
    """A bug of ours: the traceback is logged, the user gets a message."""
    message = "The server failed to handle this request; see its log."
    return error_response(request.scope["path"], 500, message)

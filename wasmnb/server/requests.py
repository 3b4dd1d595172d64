"""Reads requests: the path, query parameters and the body, within limits of size and time."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

import anyio
from starlette.requests import Request

from wasmnb.contents.errors import Invalid, TooLarge, TooSlow
from wasmnb.limits import Limits


async def read_body(request: Request, max_bytes: int, limits: Limits) -> bytes:
    """The whole body; TooLarge or TooSlow if it exceeds the limits."""
    if content_length(request) > max_bytes:
        raise too_large(max_bytes)
    parts, size = [], 0
    try:
        with anyio.fail_after(limits.body_seconds):
            async for part in request.stream():
                size += len(part)
                if size > max_bytes:
                    raise too_large(max_bytes)
                parts.append(part)
    except TimeoutError as error:
        raise TooSlow(
            f"The request did not arrive within {limits.body_seconds:g} seconds; send it again."
        ) from error
    return b"".join(parts)


def content_length(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge(
        f"Nothing was changed: the request is larger than the limit of {max_bytes:,} bytes. "
        "Upload a large file in chunks."
    )


def path_of(request: Request) -> str:
    path: str = request.path_params.get("path", "")
    return path


def flag(query: Mapping[str, str], name: str, default: bool) -> bool:
    """A query parameter that is 0 or 1."""
    value = query.get(name, str(int(default)))
    if value not in ("0", "1"):
        raise Invalid(f"`{name}` is {value!r}; it must be 0 or 1.")
    return value == "1"


def format_in(query: Mapping[str, str]) -> str | None:
    """The query parameter `format`."""
    form = query.get("format")
    if form not in (None, "text", "base64"):
        raise Invalid(f"`format` is {form!r}; it must be text or base64.")
    return form


def json_object(body: bytes) -> Mapping[str, Any]:
    """A request's body as a JSON object; an empty body is an empty object."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The request's body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise Invalid("The request's body is JSON, but not an object.")
    return value


def text_field(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise Invalid(f"`{name}` is {value!r:.40}; it must be a string.")
    return value


def is_utf8(raw_path: bytes) -> bool:
    try:
        unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        return False
    return True


def quoted_path(request: Request) -> str:
    raw: bytes = request.scope.get("raw_path", b"/")
    return raw.decode("latin-1")


def client_address(request: Request) -> str:
    """The IP address of the client."""
    return client.host if (client := request.client) else ""

"""The validated body of a save: a contents model, parts of which may be missing."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wasmnb.contents.errors import Invalid
from wasmnb.contents.models import Kind, as_kind


@dataclass(frozen=True)
class SavePayload:
    """A model to save; content None means that none was sent."""

    kind: Kind
    content: Any = None
    format: str | None = None
    chunk: int | None = None


def save_payload(body: Mapping[str, Any], path: str) -> SavePayload:
    """The payload in a request's body, to be saved at that path."""
    chunk, kind = body.get("chunk"), as_kind(body.get("type"))
    if chunk is not None and (isinstance(chunk, bool) or not isinstance(chunk, int)):
        raise Invalid(f"{path!r} was not saved: `chunk` is {chunk!r:.40}; it must be a number.")
    if chunk is not None and kind == "notebook":
        raise Invalid(f"{path!r} was not saved: only a model of type 'file' can come in chunks.")
    by_name: Kind = "notebook" if path.endswith(".ipynb") and chunk is None else "file"
    return SavePayload(kind or by_name, body.get("content"), body.get("format"), chunk)


def content_bytes(payload: SavePayload, path: str) -> bytes:
    """The bytes of a file that was sent as text or base64."""
    content, form = payload.content, payload.format
    if not isinstance(content, str):
        raise Invalid(f"{path!r} was not saved: its content is missing, or is not a string.")
    if form not in ("text", "base64"):
        raise Invalid(f"{path!r} was not saved: its format must be 'text' or 'base64'.")
    try:
        if form == "text":
            return content.encode()
        # MIME allows line breaks. Any other character is an error.
        return b64decode("".join(content.split()), validate=True)
    except (UnicodeEncodeError, ValueError) as error:
        raise Invalid(f"{path!r} was not saved: its content is not {form}: {error}.") from error

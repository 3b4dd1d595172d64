"""What a client sends to be saved, checked: a model whose parts may be missing or wrong."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wasmnb.contents.errors import Invalid
from wasmnb.contents.models import Kind, as_kind


@dataclass(frozen=True)
class Draft:
    """A model to be saved; content None means that none was sent."""

    kind: Kind
    content: Any = None
    format: str | None = None
    chunk: int | None = None


def draft(body: Mapping[str, Any], path: str) -> Draft:
    """The draft in a request's body, for that path."""
    chunk, kind = body.get("chunk"), as_kind(body.get("type"))
    if chunk is not None and (isinstance(chunk, bool) or not isinstance(chunk, int)):
        raise Invalid(f"{path!r} was not saved: `chunk` is {chunk!r:.40}, a number was wanted.")
    if chunk is not None and kind == "notebook":
        raise Invalid(f"{path!r} was not saved: only files of type 'file' come in chunks.")
    by_name: Kind = "notebook" if path.endswith(".ipynb") and chunk is None else "file"
    return Draft(kind or by_name, body.get("content"), body.get("format"), chunk)


def encoded(draft: Draft, path: str) -> bytes:
    """The bytes of a file that is sent as text or base64."""
    if not isinstance(draft.content, str):
        raise Invalid(
            f"{path!r} was not saved: no content came with it, or content that is no text."
        )
    if draft.format not in ("text", "base64"):
        raise Invalid(f"{path!r} was not saved: its format must be 'text' or 'base64'.")
    try:
        if draft.format == "text":
            return draft.content.encode()
        # In lines, as MIME has it; anything else that is not base64 is no upload of that file.
        return b64decode("".join(draft.content.split()), validate=True)
    except (UnicodeEncodeError, ValueError) as error:
        raise Invalid(
            f"{path!r} was not saved: its content is not {draft.format}: {error}."
        ) from error

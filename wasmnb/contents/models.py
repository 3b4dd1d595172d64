"""Models of the Jupyter contents API: what it says of a file or folder."""

import mimetypes
import os
import stat
from base64 import encodebytes
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NotRequired, TypedDict

from wasmnb.contents.errors import Invalid

Kind = Literal["directory", "file", "notebook"]
Format = Literal["json", "text", "base64"]
StrPath = str | os.PathLike[str]


class Model(TypedDict):
    """https://jupyter-server.readthedocs.io/en/latest/developers/contents.html#data-model"""

    name: str
    path: str
    type: Kind
    created: str
    last_modified: str
    content: Any
    format: Format | None
    mimetype: str | None
    size: int | None
    writable: bool
    hash: str | None
    hash_algorithm: str | None
    message: NotRequired[str]


def describe(
    file: StrPath, path: str, kind: Kind, info: os.stat_result, is_open: bool | None = None
) -> Model:
    """The model of a file or folder, without content. `file` has its links resolved.

    `is_open` says whether its folder is writable, if that is known already.
    """
    return Model(
        name=path.rpartition("/")[2],
        path=path,
        type=kind,
        created=iso_time(getattr(info, "st_birthtime", info.st_ctime)),
        last_modified=iso_time(info.st_mtime),
        content=None,
        format=None,
        mimetype=mimetype_of(path) if kind == "file" else None,
        size=None if kind == "directory" else info.st_size,
        writable=is_writable(file, kind, is_open),
        hash=None,
        hash_algorithm=None,
    )


@lru_cache(10_000)
def mimetype_of(path: str) -> str | None:
    return mimetypes.guess_type(path)[0]


def kind_of(info: os.stat_result, path: str) -> Kind | None:
    """The kind by mode and name; None for pipes, sockets and devices."""
    if stat.S_ISDIR(info.st_mode):
        return "directory"
    if not stat.S_ISREG(info.st_mode):
        return None
    return "notebook" if path.endswith(".ipynb") else "file"


def as_kind(name: object) -> Kind | None:
    """The kind that a client names; None if it names none. An unknown name is a file in Jupyter."""
    if name is None or name == "":
        return None
    return name if name in ("directory", "file", "notebook") else "file"


def is_writable(file: StrPath, kind: Kind, is_open: bool | None) -> bool:
    """Whether saving can succeed. A file's folder must be writable too (`fileio.atomic`)."""
    if not os.access(file, os.W_OK):
        return False
    if kind == "directory":
        return True
    folder = os.path.dirname(file)  # noqa: PTH120  a Path is slow
    return os.access(folder, os.W_OK) if is_open is None else is_open


def add_data(model: Model, data: bytes, form: str | None) -> None:
    """Add content to a file's model: as text if it is UTF-8, unless a format is given."""
    add_content(model, *text_or_base64(data, form, model["path"]))


def add_content(model: Model, content: object, form: Format | None) -> None:
    model["content"], model["format"] = content, form
    if model["type"] == "file" and model["mimetype"] is None:
        model["mimetype"] = (
            "text/plain" if model["format"] == "text" else "application/octet-stream"
        )


def text_or_base64(data: bytes, form: str | None, path: str) -> tuple[str, Format]:
    if form != "base64":
        try:
            return data.decode(), "text"
        except UnicodeDecodeError as error:
            if form == "text":
                raise Invalid(f"{path!r} is not text in UTF-8.", "bad format") from error
    return encodebytes(data).decode(), "base64"


def add_hash(model: Model, digest: str) -> Model:
    """Add the content's hash to a model."""
    model["hash"], model["hash_algorithm"] = digest, "sha256"
    return model


@lru_cache(10_000)
def iso_time(seconds: float) -> str:
    try:
        time = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        # Disks can hold invalid times: https://github.com/jupyter/notebook/issues/2539
        time = datetime.fromtimestamp(0, UTC)
    return time.isoformat().replace("+00:00", "Z")

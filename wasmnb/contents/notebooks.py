"""Notebook files: parsed to, and written from, a notebook of format 4, by nbformat's rules."""

# nbformat declares types (py.typed), but its functions have none.
# mypy: disable-error-code="no-untyped-call"

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs
import msgspec
import nbformat
from nbformat import versions
from nbformat.corpus.words import generate_corpus_id
from nbformat.reader import get_version
from nbformat.reader import reads as parse
from nbformat.v4.rwbase import split_lines, strip_transient

from wasmnb.contents.errors import Invalid

Notebook = nbformat.NotebookNode

SCHEMAS: Mapping[tuple[int | None, int | None], str] = nbformat.v4.nbformat_schema

# Exceptions of nbformat for a malformed notebook.
MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError)


def read(data: bytes, path: str) -> tuple[Notebook, str | None]:
    """The notebook in a file, upgraded to format 4, and its validation error, if any."""
    try:
        notebook = parse(data.decode("utf-8-sig"))
        give_ids(notebook)
        notebook = nbformat.convert(notebook, 4)
        return notebook, validation_error(notebook)
    except (*MALFORMED, nbformat.ValidationError) as error:
        raise NoNotebook(path, first_line(error)) from error


class NoNotebook(Invalid):
    """A file is named like a notebook, but cannot be parsed as one."""

    def __init__(self, path: str, why: str) -> None:
        self.what = f"{path!r} cannot be read as a notebook: {why}"
        super().__init__(
            f"{self.what} The file was not changed; open it in the text editor to see its content."
        )


def part(of: object, *names: str) -> Mapping[str, Any]:
    """The mapping below those keys of a notebook or cell; empty if it is missing or malformed."""
    for name in names:
        of = of.get(name) if isinstance(of, Mapping) else None
    return of if isinstance(of, Mapping) else {}


def text(value: object) -> str:
    """A multiline string of the notebook format: one string, or a list of lines."""
    if isinstance(value, list):
        return "".join(map(str, value))
    return value if isinstance(value, str) else ""


def write(content: object, path: str) -> tuple[bytes, Notebook, str | None]:
    """The bytes of a notebook as nbformat writes it, the notebook, and its validation error."""
    if not has_cells(content):
        raise Invalid(f"{path!r} was not saved: its content is not a notebook but {content!r:.40}.")
    try:
        notebook = nbformat.from_dict(content)
        give_ids(notebook)
        invalid = validation_error(notebook)
        text = as_json(notebook)
    except (*MALFORMED, nbformat.ValidationError) as error:
        raise Invalid(
            f"{path!r} was not saved: its content is not a notebook ({first_line(error)})."
        ) from error
    return text + b"\n", notebook, invalid


def as_json(notebook: Notebook) -> bytes:
    """The output of nbformat's writer, four times as fast: msgspec indents instead of `json`.

    Lone surrogates, which UTF-8 cannot encode, are written as JSON escapes.
    """
    if notebook["nbformat"] == nbformat.v4.nbformat:
        lines = strip_transient(split_lines(nbformat.from_dict(notebook)))
        plain = json.dumps(lines, ensure_ascii=False, sort_keys=True, allow_nan=False)
        with suppress(UnicodeEncodeError):
            return bytes(msgspec.json.format(plain.encode(), indent=1))
    text: str = versions[notebook["nbformat"]].writes_json(notebook, allow_nan=False)
    return text.encode(errors="backslashreplace")


def has_cells(content: object) -> bool:
    """Whether this is shaped like a notebook: a format, and cells (worksheets before format 4)."""
    if not isinstance(content, dict) or content.get("nbformat") not in list(versions):
        return False
    return isinstance(content.get("cells", content.get("worksheets")), list)


def new() -> Notebook:
    """An empty notebook."""
    notebook: Notebook = nbformat.v4.new_notebook()
    return notebook


def validation_error(notebook: Notebook) -> str | None:
    """The validation error of a notebook, worded as by Jupyter Server; None if it is valid."""
    if matches_schema(notebook):
        return None
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        where = json.dumps(error.instance, indent=1, default=lambda _: "<UNKNOWN>")
        return f"Notebook validation failed: {error}:\n{where}"
    return None


def matches_schema(notebook: Notebook) -> bool:
    """Whether a notebook matches the schema of its format, fifty times as fast as nbformat.

    nbformat words the errors better.
    """
    version = get_version(notebook)
    try:
        return version in SCHEMAS and schema(version).is_valid(notebook)
    except ValueError:  # a lone surrogate, which UTF-8 cannot encode
        return False


@cache
def schema(version: tuple[int, int]) -> jsonschema_rs.Draft4Validator:
    text = resources.files("nbformat.v4").joinpath(SCHEMAS[version]).read_text("utf-8")
    return jsonschema_rs.Draft4Validator(json.loads(text))


def give_ids(notebook: Notebook) -> None:
    """Give each cell a unique id, if the format has ids (since 4.5).

    nbformat does the same on validation, but with a Python warning.
    """
    if get_version(notebook) < (4, 5) or not isinstance(notebook["cells"], list):
        return
    seen: set[Any] = set()
    for cell in notebook["cells"]:
        if "id" not in cell or cell["id"] in seen:
            cell["id"] = generate_corpus_id()
        seen.add(cell["id"])


def first_line(error: BaseException) -> str:
    line = (str(error) or type(error).__name__).splitlines()[0]
    return line if line.endswith(".") else f"{line}."

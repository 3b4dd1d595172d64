"""Notebook files: bytes to a notebook of format 4 and back, by nbformat's rules."""

# nbformat says that it has types, but its functions carry none.
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

# What nbformat lets through when the parts of a notebook are not what it takes them for.
MISSHAPEN = (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError)


def read(data: bytes, path: str) -> tuple[Notebook, str | None]:
    """The notebook in a file, upgraded to format 4, and what is invalid in it if anything is."""
    try:
        notebook = parse(data.decode("utf-8-sig"))
        give_ids(notebook)
        notebook = nbformat.convert(notebook, 4)
        return notebook, complaint(notebook)
    except (*MISSHAPEN, nbformat.ValidationError) as error:
        raise NoNotebook(path, first_line(error)) from error


class NoNotebook(Invalid):
    """A file has the name of a notebook, and cannot be read as one."""

    def __init__(self, path: str, why: str) -> None:
        self.what = f"{path!r} cannot be read as a notebook: {why}"
        super().__init__(
            f"{self.what} The file is untouched; open it with the text editor to see what is in it."
        )


def part(of: object, *names: str) -> Mapping[str, Any]:
    """What a notebook or cell has at those names; empty where it has no table there."""
    for name in names:
        of = of.get(name) if isinstance(of, Mapping) else None
    return of if isinstance(of, Mapping) else {}


def text(value: object) -> str:
    """A multiline string of the notebook format: one string, or a list of lines."""
    if isinstance(value, list):
        return "".join(map(str, value))
    return value if isinstance(value, str) else ""


def write(content: object, path: str) -> tuple[bytes, Notebook, str | None]:
    """The bytes of a notebook as nbformat writes it, the notebook, and what is invalid in it."""
    if not has_cells(content):
        raise Invalid(f"{path!r} was not saved: its content is not a notebook but {content!r:.40}.")
    try:
        notebook = nbformat.from_dict(content)
        give_ids(notebook)
        invalid = complaint(notebook)
        text = as_json(notebook)
    except (*MISSHAPEN, nbformat.ValidationError) as error:
        raise Invalid(
            f"{path!r} was not saved: its content is not a notebook ({first_line(error)})."
        ) from error
    return text + b"\n", notebook, invalid


def as_json(notebook: Notebook) -> bytes:
    """What nbformat's writer makes, in a quarter of the time: Python's has no quick way to indent.

    Half of a surrogate pair, which UTF-8 does not know, is written as JSON's escape for it.
    """
    if notebook["nbformat"] == nbformat.v4.nbformat:
        lines = strip_transient(split_lines(nbformat.from_dict(notebook)))
        plain = json.dumps(lines, ensure_ascii=False, sort_keys=True, allow_nan=False)
        with suppress(UnicodeEncodeError):
            return bytes(msgspec.json.format(plain.encode(), indent=1))
    text: str = versions[notebook["nbformat"]].writes_json(notebook, allow_nan=False)
    return text.encode(errors="backslashreplace")


def has_cells(content: object) -> bool:
    """Whether this has the outline of a notebook: a format, and cells (in worksheets before 4)."""
    if not isinstance(content, dict) or content.get("nbformat") not in list(versions):
        return False
    return isinstance(content.get("cells", content.get("worksheets")), list)


def new() -> Notebook:
    """An empty notebook."""
    notebook: Notebook = nbformat.v4.new_notebook()
    return notebook


def complaint(notebook: Notebook) -> str | None:
    """What nbformat finds invalid in a notebook, as Jupyter's servers say it."""
    if quickly_valid(notebook):
        return None
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        where = json.dumps(error.instance, indent=1, default=lambda _: "<UNKNOWN>")
        return f"Notebook validation failed: {error}:\n{where}"
    return None


def quickly_valid(notebook: Notebook) -> bool:
    """Whether it is as the schema of its format wants it, found in a fiftieth of the time.

    What is wrong, if something is, nbformat says better.
    """
    version = get_version(notebook)
    try:
        return version in SCHEMAS and schema(version).is_valid(notebook)
    except ValueError:  # of text that has no bytes, such as half of a surrogate pair
        return False


@cache
def schema(version: tuple[int, int]) -> jsonschema_rs.Draft4Validator:
    text = resources.files("nbformat.v4").joinpath(SCHEMAS[version]).read_text("utf-8")
    return jsonschema_rs.Draft4Validator(json.loads(text))


def give_ids(notebook: Notebook) -> None:
    """Every cell gets an id of its own, where the format has them (since 4.5).

    nbformat does the same on validation, with a warning meant for programmers.
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

"""Notebook files: bytes to a notebook of format 4 and back, by nbformat's rules."""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

import json
from typing import Any

import nbformat
from nbformat import versions
from nbformat.corpus.words import generate_corpus_id
from nbformat.reader import get_version
from nbformat.reader import reads as parse

from wasmnb.problems import Invalid

Notebook = nbformat.NotebookNode

# What nbformat lets through when the parts of a notebook are not what it takes them for.
MISSHAPEN = (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError)


class Outgoing(nbformat.NotebookNode):
    """A notebook that is to be written; nbformat's writer takes a copy of it first."""

    def __deepcopy__(self, _: object) -> Notebook:
        """In a fifth of the time: no part of a notebook stands in it twice."""
        twin: Notebook = nbformat.from_dict(self)
        return twin


def read(data: bytes, path: str) -> tuple[Notebook, str | None]:
    """The notebook in a file, upgraded to format 4, and what is invalid in it if anything is."""
    try:
        notebook = parse(data.decode("utf-8-sig"))
        give_ids(notebook)
        notebook = nbformat.convert(notebook, 4)
        return notebook, complaint(notebook)
    except (*MISSHAPEN, nbformat.ValidationError) as error:
        raise Invalid(
            f"{path!r} cannot be read as a notebook: {first_line(error)} "
            "The file is untouched; open it with the text editor to see what is in it."
        ) from error


def write(content: object, path: str) -> tuple[bytes, Notebook, str | None]:
    """The bytes of a notebook as nbformat writes it, the notebook, and what is invalid in it."""
    if not has_cells(content):
        raise Invalid(f"{path!r} was not saved: its content is not a notebook but {content!r:.40}.")
    try:
        notebook = Outgoing(nbformat.from_dict(content))
        give_ids(notebook)
        invalid = complaint(notebook)
        text = versions[notebook.get("nbformat", 1)].writes_json(notebook, allow_nan=False)
    except (*MISSHAPEN, nbformat.ValidationError) as error:
        raise Invalid(
            f"{path!r} was not saved: its content is not a notebook ({first_line(error)})."
        ) from error
    # Half of a surrogate pair, which UTF-8 does not know, is written as JSON's escape for it.
    return (text + "\n").encode(errors="backslashreplace"), notebook, invalid


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
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        where = json.dumps(error.instance, indent=1, default=lambda _: "<UNKNOWN>")
        return f"Notebook validation failed: {error}:\n{where}"
    return None


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

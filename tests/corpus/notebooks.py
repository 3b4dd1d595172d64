"""Which notebooks there are that nobody here wrote, and what nbformat makes of each."""

import json
import logging
import warnings
from pathlib import Path
from typing import Any

import nbformat

CORPUS = Path(__file__).parents[2] / ".cache" / "notebooks"

type Json = dict[str, Any]

# Those whose file has nothing in the place where nbformat looks for the notebook.
UNREADABLE = {
    "nbformat/tests/test3_no_metadata.ipynb": "missing a key: metadata",
    "nbformat/tests/test3_no_worksheets.ipynb": "missing an expected key: worksheets",
    "nbformat/tests/test3_worksheet_with_no_cells.ipynb": "missing an expected key: cells",
}

# Those that can be read, though they break the rules of the format.
INVALID = {
    "nbclient/tests/files/Output.ipynb": "'name' is a required property",
    "nbformat/tests/invalid.ipynb": "'source' is a required property",
    "nbformat/tests/invalid_cell_id.ipynb": "'$illegal_chars' does not match",
    "nbformat/tests/no_min_version.ipynb": "'nbformat_minor' is a required property",
    "nbformat/tests/v4_5_invalid_metadata.ipynb": "'BAD: should be a dict' is not of type",
}


def paths() -> list[str]:
    """Every notebook, by its path from the corpus's folder."""
    found = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.ipynb"))
    if not found:
        raise FileNotFoundError(
            f"{CORPUS} holds no notebooks; run build/testdata/notebooks.py to fetch them."
        )
    return found


READABLE = [path for path in paths() if path not in UNREADABLE]


def original(path: str) -> str:
    return (CORPUS / path).read_text(encoding="utf-8")


def parsed(path: str) -> Json:
    """A notebook as its file has it, in whichever format."""
    notebook: Json = json.loads(original(path))
    return notebook


def upgraded(path: str) -> str:
    """The text of a notebook after nbformat has read it as format 4 and written it again."""
    # nbformat warns and logs of what it mends; the notebooks are broken on purpose.
    with warnings.catch_warnings(action="ignore"):
        logging.getLogger("traitlets").disabled = True
        notebook = nbformat.reads(original(path), as_version=4)  # type: ignore[no-untyped-call]
        text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
        logging.getLogger("traitlets").disabled = False
    return text + "\n"


def cells(notebook: Json) -> list[Json]:
    """The cells of a notebook of any format."""
    sheets = notebook.get("worksheets", [])
    return [*notebook.get("cells", []), *(cell for sheet in sheets for cell in sheet["cells"])]


def without_new_ids(text: str, path: str) -> str:
    """A saved notebook in which the ids that its cells did not have at first all read the same.

    nbformat draws them at random when it upgrades a notebook to 4.5 or mends one.
    """
    had = {cell.get("id") for cell in cells(parsed(path))}
    for cell in cells(json.loads(text)):
        if cell.get("id") not in had:
            text = text.replace(f'"{cell["id"]}"', '"(new)"')
    return text

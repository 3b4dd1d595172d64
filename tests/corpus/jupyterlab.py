"""What JupyterLab changes in a notebook that it saves, whatever server and kernel it has.

Each change is a function, its docstring the reason. A test sees to it that each occurs.
"""

from .notebooks import Json


def speaks_4_4(notebook: Json) -> None:
    """JupyterLab works in format 4.4 at least; an older one of format 4 is saved as that."""
    if notebook.get("nbformat_minor", 4) < 4:
        notebook["nbformat_minor"] = 4


def names_a_kernel(notebook: Json) -> None:
    """A notebook in which no kernel is named gets an empty name, to be filled in by the first."""
    notebook["metadata"].setdefault("kernelspec", {"name": "", "display_name": ""})


def names_a_language(notebook: Json) -> None:
    """As with the kernel."""
    notebook["metadata"].setdefault("language_info", {"name": ""})


def hides_outputs_by_both_names(notebook: Json) -> None:
    """`collapsed` was classic Notebook's word for `jupyter.outputs_hidden`; both are kept alike.

    So it is in cells of text, too, which have no outputs.
    """
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        if "collapsed" in metadata:
            metadata.setdefault("jupyter", {})["outputs_hidden"] = metadata["collapsed"]
        elif "outputs_hidden" in metadata.get("jupyter", {}):
            metadata["collapsed"] = metadata["jupyter"]["outputs_hidden"]


def scrolls_or_says_nothing(notebook: Json) -> None:
    """Outputs that do not scroll are the usual thing and need no `scrolled`."""
    for cell in code_cells(notebook):
        if cell["metadata"].get("scrolled") is False:
            del cell["metadata"]["scrolled"]


def counts_from_1(notebook: Json) -> None:
    """Kernels count from 1; a 0 means that the cell was not run, as `null` does."""
    for cell in code_cells(notebook):
        cell["execution_count"] = cell["execution_count"] or None


def knows_its_format_and_no_more(notebook: Json) -> None:
    """Fields that format 4 does not have are dropped, cells of a kind that it lacks become raw."""
    keep(notebook, "cells", "metadata", "nbformat", "nbformat_minor")
    for cell in notebook["cells"]:
        own = {"code": ["execution_count", "outputs"]}.get(cell["cell_type"], ["attachments"])
        keep(cell, "cell_type", "id", "metadata", "source", *own)
        cell.setdefault("source", [])
        if cell["cell_type"] not in ("code", "markdown", "raw"):
            cell["cell_type"] = "raw"


def has_a_cell(notebook: Json) -> None:
    """An empty notebook gets a cell to write in."""
    if not notebook["cells"]:
        empty: Json = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
        notebook["cells"] = [{**empty, "source": []}]


def gives_ids(notebook: Json) -> None:
    """All cells have ids while they are shown; in formats before 4.5 they are not saved."""
    if notebook.get("nbformat_minor", 5) >= 5:
        for cell in notebook["cells"]:
            cell.setdefault("id", "(new)")


def keep(data: Json, *fields: str) -> None:
    for field in data.keys() - set(fields):
        del data[field]


def code_cells(notebook: Json) -> list[Json]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


CHANGES = [
    speaks_4_4,
    names_a_kernel,
    names_a_language,
    hides_outputs_by_both_names,
    scrolls_or_says_nothing,
    counts_from_1,
    knows_its_format_and_no_more,
    has_a_cell,
    gives_ids,
]

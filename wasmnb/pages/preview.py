"""A notebook's cells as plain HTML, for its page to show until JupyterLab's notebook has come."""

from collections.abc import Iterator
from html import escape
from typing import Any, NamedTuple

from wasmnb.contents.errors import Problem
from wasmnb.contents.manager import Contents
from wasmnb.pages.html import notebook_data

# What is larger takes longer to be sent and drawn than it saves.
LARGEST = 1024 * 1024


class Ahead(NamedTuple):
    """What a page tells its script of a notebook (`notebook_data`), and the cells."""

    data: str
    cells: str


def ahead(contents: Contents, path: str) -> Ahead | None:
    """The notebook at that path; None if it is none that can be shown so."""
    try:
        model = contents.get(path, kind="notebook", content=False)
        if (model["size"] or 0) > LARGEST:
            return None
        notebook = contents.get(path, kind="notebook")["content"]
    except Problem:  # JupyterLab says what it is
        return None
    return Ahead(notebook_data(path, notebook), "\n".join(shown(notebook["cells"])))


def shown(cells: list[Any]) -> Iterator[str]:
    """Their sources; what code has put out is JupyterLab's to draw, which knows what is trusted."""
    for number, cell in enumerate(cells):
        kind, source = escape(str(cell.get("cell_type"))), escape(str(cell.get("source", "")))
        prompt = prompt_of(cell) if kind == "code" else ""
        yield (
            f'<div class="cell {kind}-cell" data-cell="{number}"><div class="input">'
            f'<span class="prompt">{prompt}</span><pre class="{kind}">{source}</pre></div></div>'
        )


def prompt_of(cell: Any) -> str:
    count = cell.get("execution_count")
    return f"[{count if isinstance(count, int) else ' '}]:"

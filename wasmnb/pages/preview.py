"""Server-rendered preview of a notebook: plain HTML, displayed until JupyterLab has loaded."""

from collections.abc import Iterator
from html import escape
from typing import Any, NamedTuple

from wasmnb.contents.errors import Problem
from wasmnb.contents.manager import Contents
from wasmnb.pages.html import notebook_data

# The preview of a larger notebook takes longer to send and render than it saves.
MAX_BYTES = 1024 * 1024


class Preview(NamedTuple):
    """The notebook's data attributes for the page's script, and its cells, as HTML."""

    data: str
    cells: str


def preview(contents: Contents, path: str) -> Preview | None:
    """The preview of a notebook; None if it is too large or cannot be read."""
    try:
        if (contents.stat(path, kind="notebook")["size"] or 0) > MAX_BYTES:
            return None
        notebook = contents.get(path, kind="notebook")["content"]
    except Problem:  # JupyterLab shows the error
        return None
    return Preview(notebook_data(path, notebook), "\n".join(cell_elements(notebook["cells"])))


def cell_elements(cells: list[Any]) -> Iterator[str]:
    """The sources of cells. Outputs are left to JupyterLab, which knows what is trusted."""
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

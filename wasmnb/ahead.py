"""A notebook's cells as plain HTML, for its page to show until JupyterLab's notebook has come."""

from collections.abc import Iterator
from html import escape
from typing import Any

from wasmnb.contents import Contents
from wasmnb.problems import Problem

# What is larger takes longer to be sent and drawn than it saves.
LARGEST = 1024 * 1024


def cells_ahead(contents: Contents, path: str) -> str | None:
    """The cells of the notebook at that path; None if it is none that can be shown so."""
    try:
        model = contents.get(path, kind="notebook", content=False)
        if (model["size"] or 0) > LARGEST:
            return None
        notebook = contents.get(path, kind="notebook")["content"]
    except Problem:  # JupyterLab says what it is
        return None
    return "\n".join(shown(notebook["cells"]))


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

"""A notebook as HTML made from its stored outputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from wasmnb.contents.notebooks import Notebook, part, text
from wasmnb.site.render import highlight
from wasmnb.site.render.markdown import Heading, Outline, markdown
from wasmnb.site.render.outputs import Outputs
from wasmnb.site.render.sanitize import Link
from wasmnb.site.render.widgets import Widgets


@dataclass(frozen=True)
class Rendered:
    """A notebook for readers."""

    headings: tuple[Heading, ...]
    html: str


def render(notebook: Notebook, link: Link) -> Rendered:
    outline = Outline()
    outputs = Outputs(link, Widgets(notebook))
    language = language_of(notebook)
    shown: list[str] = []
    for number, cell in enumerate(notebook.get("cells", [])):
        draw = DRAW.get(cell.get("cell_type"), raw)
        inside = draw(cell, outline, link, outputs, language)
        shown.append(framed(cell, number, inside))
    return Rendered(tuple(outline.headings), "\n".join(shown))


def framed(cell: Mapping[str, Any], number: int, inside: str) -> str:
    kind = escape(str(cell.get("cell_type", "raw")))
    return f'<div class="cell {kind}-cell" data-cell="{number}">\n{inside}\n</div>'


def written(cell: Mapping[str, Any], outline: Outline, link: Link, _: Outputs, __: str) -> str:
    return markdown(text(cell.get("source")), outline, link, cell.get("attachments"))


def coded(cell: Mapping[str, Any], _: Outline, __: Link, outputs: Outputs, language: str) -> str:
    hidden = part(cell, "metadata", "jupyter")
    parts = []
    if not hidden.get("source_hidden"):
        parts.append(prompted(cell, highlight.html(text(cell.get("source")), language)))
    if cell.get("outputs") and not hidden.get("outputs_hidden"):
        parts.append(f'<div class="outputs">\n{outputs.html(cell["outputs"])}\n</div>')
    return "\n".join(parts)


def prompted(cell: Mapping[str, Any], source: str) -> str:
    count = cell.get("execution_count")
    number = count if isinstance(count, int) else " "
    prompt = f'<span class="prompt" aria-hidden="true">[{number}]:</span>'
    return f'<div class="input">{prompt}{source}</div>'


def raw(cell: Mapping[str, Any], _: Outline, __: Link, ___: Outputs, ____: str) -> str:
    return f'<pre class="raw">{escape(text(cell.get("source")))}</pre>'


Draw = Callable[[Mapping[str, Any], Outline, Link, Outputs, str], str]
DRAW: Mapping[str | None, Draw] = {"markdown": written, "code": coded}


def language_of(notebook: Notebook) -> str:
    info = part(notebook, "metadata", "language_info")
    spec = part(notebook, "metadata", "kernelspec")
    named = info.get("pygments_lexer") or info.get("name") or spec.get("language")
    return str(named or "python")

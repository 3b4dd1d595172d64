"""Renders a notebook with its stored outputs as HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from wasmnb.contents.notebooks import Notebook, part, text
from wasmnb.site.render import highlight
from wasmnb.site.render.markdown import Heading, Outline, markdown
from wasmnb.site.render.mathjax import MathJax
from wasmnb.site.render.maths import typeset
from wasmnb.site.render.outputs import Outputs
from wasmnb.site.render.sanitize import ResolveLink
from wasmnb.site.render.widgets import Widgets


@dataclass(frozen=True)
class Rendered:
    """A notebook as HTML, with its headings."""

    headings: tuple[Heading, ...]
    html: str


def render(notebook: Notebook, link: ResolveLink, mathjax: MathJax) -> Rendered:
    outline = Outline()
    outputs = Outputs(link, Widgets(notebook))
    language = language_of(notebook)
    shown: list[str] = []
    for number, cell in enumerate(notebook.get("cells", [])):
        render_cell = RENDERERS.get(cell.get("cell_type"), raw_cell)
        inside = render_cell(cell, outline, link, outputs, language)
        shown.append(cell_div(cell, number, inside))
    return Rendered(tuple(outline.headings), typeset("\n".join(shown), link, mathjax))


def cell_div(cell: Mapping[str, Any], number: int, inside: str) -> str:
    kind = escape(str(cell.get("cell_type", "raw")))
    return f'<div class="cell {kind}-cell" data-cell="{number}">\n{inside}\n</div>'


def markdown_cell(
    cell: Mapping[str, Any], outline: Outline, link: ResolveLink, _: Outputs, __: str
) -> str:
    return markdown(text(cell.get("source")), outline, link, cell.get("attachments"))


def code_cell(
    cell: Mapping[str, Any], _: Outline, __: ResolveLink, outputs: Outputs, language: str
) -> str:
    hidden = part(cell, "metadata", "jupyter")
    parts = []
    if not hidden.get("source_hidden"):
        parts.append(input_div(cell, highlight.html(text(cell.get("source")), language)))
    if cell.get("outputs") and not hidden.get("outputs_hidden"):
        parts.append(f'<div class="outputs">\n{outputs.html(cell["outputs"])}\n</div>')
    return "\n".join(parts)


def input_div(cell: Mapping[str, Any], source: str) -> str:
    count = cell.get("execution_count")
    number = count if isinstance(count, int) else " "
    prompt = f'<span class="prompt" aria-hidden="true">[{number}]:</span>'
    return f'<div class="input">{prompt}{source}</div>'


def raw_cell(cell: Mapping[str, Any], _: Outline, __: ResolveLink, ___: Outputs, ____: str) -> str:
    return f'<pre class="raw">{escape(text(cell.get("source")))}</pre>'


RenderCell = Callable[[Mapping[str, Any], Outline, ResolveLink, Outputs, str], str]
RENDERERS: Mapping[str | None, RenderCell] = {"markdown": markdown_cell, "code": code_cell}


def language_of(notebook: Notebook) -> str:
    info = part(notebook, "metadata", "language_info")
    spec = part(notebook, "metadata", "kernelspec")
    named = info.get("pygments_lexer") or info.get("name") or spec.get("language")
    return str(named or "python")

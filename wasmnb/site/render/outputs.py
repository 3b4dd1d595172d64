"""The stored outputs of a cell, each as HTML in the best form that needs no script."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from html import escape
from itertools import groupby
from typing import Any

from wasmnb.contents.notebooks import text
from wasmnb.site.render import ansi, highlight
from wasmnb.site.render.markdown import Outline, markdown
from wasmnb.site.render.sanitize import ResolveLink, sanitize
from wasmnb.site.render.widgets import VIEW, Widgets

NEEDS_RUNNING = (
    '<p class="needs-running">This output is drawn by a script. Run the notebook to see it.</p>'
)

Bundle = Mapping[str, Any]


class Outputs:
    """How the outputs of one notebook are shown."""

    def __init__(self, link: ResolveLink, widgets: Widgets) -> None:
        self._link = link
        self._widgets = widgets

    def html(self, outputs: list[Bundle]) -> str:
        return "\n".join(
            f'<div class="output {kind}">{self.one(output)}</div>'
            for output in merge_streams(outputs)
            if (kind := escape(str(output.get("output_type", ""))))
        )

    def one(self, output: Bundle) -> str:
        match output.get("output_type"):
            case "stream":
                name = "stderr" if output.get("name") == "stderr" else "stdout"
                return f'<pre class="{name}">{ansi.html(text(output.get("text")))}</pre>'
            case "error":
                return f'<pre class="error">{ansi.html(traceback(output))}</pre>'
            case _:
                return self.bundle(output.get("data") or {})

    def bundle(self, data: Bundle) -> str:
        """The first form that can be shown, in the order in which JupyterLab prefers them."""
        for kind, show in FORMS.items():
            if kind in data and (shown := show(self, data[kind], data)):
                return shown
        return NEEDS_RUNNING if data else ""

    def widget(self, value: Any, _: Bundle) -> str:
        model = value.get("model_id") if isinstance(value, dict) else None
        return sanitize(self._widgets.html(str(model)), self._link)

    def markup(self, value: Any, _: Bundle) -> str:
        return visible(sanitize(text(value), self._link))

    def markdown(self, value: Any, _: Bundle) -> str:
        return markdown(text(value), Outline(), self._link)

    def latex(self, value: Any, _: Bundle) -> str:
        return escape(text(value))

    def json(self, value: Any, _: Bundle) -> str:
        return highlight.html(json.dumps(value, indent=1, ensure_ascii=False), "json")

    def plain(self, value: Any, _: Bundle) -> str:
        return f"<pre>{ansi.html(text(value))}</pre>"


def image(kind: str) -> Callable[[Outputs, Any, Bundle], str]:
    """An image as part of the page; an SVG too, which as an image cannot act."""

    def show(_: Outputs, value: Any, data: Bundle) -> str:
        found = text(value)
        encoded = b64encode(found.encode()).decode() if "svg" in kind else "".join(found.split())
        alt = escape(text(data.get("text/plain", ""))[:200], quote=True)
        return f'<img src="data:{kind};base64,{escape(encoded)}" alt="{alt}">'

    return show


FORMS: Mapping[str, Callable[[Outputs, Any, Bundle], str]] = {
    VIEW: Outputs.widget,
    "text/html": Outputs.markup,
    "text/markdown": Outputs.markdown,
    "image/svg+xml": image("image/svg+xml"),
    "text/latex": Outputs.latex,
    "image/png": image("image/png"),
    "image/jpeg": image("image/jpeg"),
    "image/gif": image("image/gif"),
    "image/webp": image("image/webp"),
    "application/json": Outputs.json,
    "text/plain": Outputs.plain,
}


def merge_streams(outputs: list[Bundle]) -> list[Bundle]:
    """The outputs, with what one stream wrote in several pieces in one."""
    found: list[Bundle] = []
    for stream, group in groupby(outputs, key=stream_of):
        pieces = list(group)
        if stream is None:
            found.extend(pieces)
        else:
            whole = "".join(text(piece.get("text")) for piece in pieces)
            found.append({**pieces[0], "text": whole})
    return found


def stream_of(output: Bundle) -> object:
    return output.get("name", "stdout") if output.get("output_type") == "stream" else None


def traceback(output: Bundle) -> str:
    lines = output.get("traceback") or []
    return "\n".join(map(str, lines)) or f"{output.get('ename')}: {output.get('evalue')}"


def visible(html: str) -> str:
    """The HTML, or nothing where cleaning has left no more than empty elements."""
    bare = text_of(html)
    shows = any(f"<{tag}" in html for tag in ("img", "table", "hr", "audio", "video", "input"))
    return html if bare.strip() or shows else ""


def text_of(html: str) -> str:
    parts, inside = [], False
    for character in html:
        if character == "<":
            inside = True
        elif character == ">":
            inside = False
        elif not inside:
            parts.append(character)
    return "".join(parts)

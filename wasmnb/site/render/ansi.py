"""ANSI escape sequences (colours, bold, underline) as HTML."""

from html import escape

from rich.ansi import AnsiDecoder
from rich.color import Color
from rich.style import Style
from rich.text import Text

NAMED = 16  # the colours that a terminal's theme sets; ours are in the page's style sheet


def html(text: str) -> str:
    """The text with `span` elements for its escape sequences."""
    return "\n".join(line(decoded) for decoded in AnsiDecoder().decode(text))


def line(text: Text) -> str:
    spans = text.spans
    parts, at = [], 0
    for span in spans:
        parts.append(escape(text.plain[at : span.start]))
        parts.append(styled(text.plain[span.start : span.end], span.style))
        at = span.end
    return "".join([*parts, escape(text.plain[at:])])


def styled(text: str, style: Style | str) -> str:
    if not isinstance(style, Style):
        return escape(text)
    front, back = style.color, style.bgcolor
    if style.reverse:
        front, back = back, front
    classes = [*named(front, "fg"), *named(back, "bg"), *marks(style)]
    inline = [*mixed(front, "color"), *mixed(back, "background-color")]
    attributes = f' class="{" ".join(classes)}"' if classes else ""
    if inline:
        attributes += f' style="{";".join(inline)}"'
    return f"<span{attributes}>{escape(text)}</span>" if attributes else escape(text)


def marks(style: Style) -> list[str]:
    found = {
        "bold": style.bold,
        "italic": style.italic,
        "underline": style.underline,
        "strike": style.strike,
        "inverse": style.reverse,
    }
    return [f"ansi-{name}" for name, is_so in found.items() if is_so]


def named(color: Color | None, place: str) -> list[str]:
    if color is None or color.number is None or color.number >= NAMED:
        return []
    return [f"ansi-{place}-{color.number}"]


def mixed(color: Color | None, name: str) -> list[str]:
    if color is None or color.is_default or (color.number is not None and color.number < NAMED):
        return []
    return [f"{name}:{color.get_truecolor().hex}"]

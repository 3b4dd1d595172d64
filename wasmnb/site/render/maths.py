"""The maths in a notebook's page: found and typeset by MathJax, as in JupyterLab.

MathJax reads the texts of a page and leaves its elements alone: a text ends where an element begins
or ends, but for line breaks, and some elements are skipped. `texts_in` collects texts by the same
rules (HTMLDomStrings in https://github.com/mathjax/MathJax-src, ts/handlers/html); MathJax says
which parts of them are formulas, and `spliced` puts those in.

The HTML that comes in is clean. What MathJax makes of a notebook's TeX is cleaned again here, so
that TeX can bring in no element, attribute or address that HTML could not.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from itertools import groupby
from typing import NamedTuple

import nh3

from wasmnb.site.render.mathjax import Formula, MathJax
from wasmnb.site.render.sanitize import (
    FETCHES,
    MATHML,
    MATHML_ATTRIBUTES,
    STYLES,
    ResolveLink,
    words,
)

# How every formula begins, and how what is escaped does.
MARK = re.compile(r"[$]|\\[(\[$\\]|\\(?:begin|(?:eq)?ref)\s*\{")
TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[^\s/>]+)(?P<attributes>(?:[^\">]|\"[^\"]*\")*)>|[^<]+")
CLASS = re.compile(r'\sclass="([^"]*)"')
VOID = words("area base br col embed hr img input link meta source track wbr")
SKIPPED = words("script noscript style textarea pre code annotation annotation-xml")
BREAKS = {"br": "\n", "wbr": ""}

STYLE = (
    # Of MathJax's style sheet for SVG what is used here.
    "mjx-container{direction:ltr;white-space:nowrap}mjx-container>svg{overflow:visible;"
    "min-width:1px;min-height:1px;user-select:none}mjx-container a{fill:currentColor;"
    'stroke:currentColor}mjx-container[display="true"]{display:block;margin:1em 0;'
    'text-align:center;overflow:auto hidden}mjx-container[width="full"]{display:flex}'
    "mjx-container use{stroke-width:3}mjx-container :is([data-line],[data-frame])"
    "{stroke-width:70px;fill:none}mjx-container .mjx-dashed{stroke-dasharray:140}"
    "mjx-container .mjx-dotted{stroke-linecap:round;stroke-dasharray:0,140}"
    "mjx-container :is([data-table],[data-labels]){overflow:visible}"
    '[data-mml-node="merror"]>g{fill:red;stroke:red}'
    '[data-mml-node="merror"]>[data-background]{fill:#ff0;stroke:none}'
    # Neither is seen. One is read aloud, the other is what a selection puts on the clipboard, where
    # a <math> that is no inline element would begin a line.
    "mjx-assistive-mml{display:inline-block;width:1px;height:1px;margin-right:-1px;"
    "overflow:hidden;clip-path:inset(50%);user-select:none}"
    "mjx-assistive-mml *{display:inline}mjx-tex{font-size:0}"
    "@media print{mjx-container{overflow:visible!important}}"
)

SVG = words("svg g defs use path rect line polygon polyline circle ellipse text title a")
SVG_ATTRIBUTES = words(
    "aria-hidden class cx cy d data-background data-frame data-labels data-line data-mml-node "
    "data-table fill focusable font-family font-size font-style font-weight height href id "
    "opacity pointer-events points preserveAspectRatio r role rx ry stroke stroke-dasharray "
    "stroke-linecap stroke-linejoin stroke-width style text-anchor transform viewBox width x x1 "
    "x2 y y1 y2"
)
CONTAINERS = words("mjx-container mjx-assistive-mml mjx-tex")
TAGS = CONTAINERS | SVG | MATHML | {"maction", "mlabeledtr"}
ATTRIBUTES = {
    **{tag: SVG_ATTRIBUTES for tag in SVG},
    **{tag: MATHML_ATTRIBUTES for tag in MATHML},
    "mjx-container": {"class", "display", "jax", "justify", "style", "width"},
    "mjx-tex": {"aria-hidden"},
}
OWN = re.compile(r"(?:MJX|mjx)-")


class Piece(NamedTuple):
    """A part of a text, and the number of the token that it comes from."""

    token: int
    text: str


def typeset(html: str, link: ResolveLink, mathjax: MathJax) -> str:
    """A notebook's clean HTML with its formulas typeset."""
    if not MARK.search(html):
        return html
    tokens = [match[0] for match in TOKEN.finditer(html)]
    texts = [text for text in texts_in(html) if MARK.search(joined(text))]
    found = mathjax.typeset([joined(text) for text in texts]) if texts else None
    if not found or not found.formulas:
        return html
    for number, formulas in groupby(found.formulas, key=lambda formula: formula.text):
        cleaned = [it._replace(html=clean(it.html, link)) for it in formulas]
        for token, replacement in spliced(texts[number], cleaned, tokens):
            tokens[token] = replacement
    glyphs = clean(f"<svg><defs>{found.glyphs}</defs></svg>", link).removeprefix("<svg>")
    return f'<svg style="display:none"><style>{STYLE}</style>{glyphs}{"".join(tokens)}'


def joined(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


# --- the texts of a page ---

READ, IGNORED, SKIP = range(3)


def texts_in(html: str) -> Iterator[list[Piece]]:
    """What MathJax would read, text by text."""
    states = [READ]
    pieces: list[Piece] = []
    for number, token in enumerate(TOKEN.finditer(html)):
        tag = token["tag"]
        if tag is None or tag in BREAKS:
            if states[-1] == READ:
                text = unescape(token[0]) if tag is None else BREAKS[tag]
                pieces.append(Piece(number, text))
            continue
        yield pieces
        pieces = []
        if token["end"]:
            states.pop()
        elif tag not in VOID:
            states.append(state_in(tag, token["attributes"], states[-1]))
    yield pieces


def state_in(tag: str, attributes: str, around: int) -> int:
    """Whether the text in an element is read; `around` is the state outside of it."""
    found = CLASS.search(attributes)
    classes = found[1].split() if found else []
    if around != SKIP and "mathjax_process" in classes:
        return READ
    if around == SKIP or tag in SKIPPED:
        return SKIP
    return IGNORED if "mathjax_ignore" in classes else around


def spliced(
    pieces: Sequence[Piece], formulas: Sequence[Formula], tokens: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """The tokens of a text, with its formulas in place of their TeX."""
    start = 0
    for token, text in pieces:
        end = start + len(text)
        if tokens[token].startswith("<"):
            if any(it.start <= start < it.end for it in formulas):
                yield token, ""
        else:
            yield token, "".join(replaced(text, start, formulas))
        start = end


def replaced(text: str, start: int, formulas: Sequence[Formula]) -> Iterator[str]:
    """A piece of text that starts there; a formula stands in the piece in which it begins."""
    at, end = start, start + len(text)
    for formula in formulas:
        if formula.end <= start or formula.start >= end:
            continue
        yield escape(text[at - start : max(at, formula.start) - start], quote=False)
        if formula.start >= start:
            yield formula.html
        at = min(formula.end, end)
    yield escape(text[at - start :], quote=False)


# --- what MathJax makes ---


def clean(html: str, link: ResolveLink) -> str:
    """A formula with what shows it, and no more."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        match name:
            case "href":
                return value if value.startswith("#") else link(value) if tag == "a" else None
            case "id":
                return value if OWN.match(value) else None
            case "data-mml-node":
                return value if value == "merror" else None
            case "class":
                return " ".join(it for it in value.split() if OWN.match(it)) or None
            case "title":
                return value
        return None if FETCHES.search(value) else value

    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags={"foreignObject", "script", "style"},
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        filter_style_properties=STYLES | {"fill", "stroke", "stroke-width"},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )

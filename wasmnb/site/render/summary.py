"""A notebook's title, description and text, for lists, `<meta>` elements and the search.

They are read from the parsed Markdown (the tokens of markdown-it-py), so that a heading or a
paragraph is what the page shows as one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

import nh3
from markdown_it.token import Token

from wasmnb.contents.notebooks import Notebook, text
from wasmnb.site.render.markdown import parse

# Longer descriptions are cut: search engines show about as much.
DESCRIPTION_LENGTH = 200

# https://quarto.org/docs/output-formats/html-basics.html, https://mystmd.org/guide/frontmatter
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(\w[\w-]*:.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
# Attributes of a heading, as in `# Title {#anchor .class}`.
ATTRIBUTES = re.compile(r"\s*\{[#.][^{}]*\}\s*$")


@dataclass(frozen=True)
class Summary:
    title: str
    description: str
    text: str
    """Everything that a search looks through."""


def summarize(notebook: Notebook, name: str) -> Summary:
    """`name` is the title of a notebook without a heading."""
    about, cells = front_matter(sources(notebook))
    texts = [parse(source) for kind, source in cells if kind == "markdown"]
    tokens = [token for each in texts for token in each]
    title = about.get("title") or next(headings(tokens), name)
    description = about.get("description") or next(paragraphs(tokens), "")
    return Summary(title, shortened(description), "\n".join(searchable(cells)))


Cells = Sequence[tuple[str, str]]
"""The type and the source of each cell."""


def sources(notebook: Notebook) -> Cells:
    return [
        (str(cell.get("cell_type")), text(cell.get("source"))) for cell in notebook.get("cells", [])
    ]


def front_matter(cells: Cells) -> tuple[dict[str, str], Cells]:
    """The one-line values of the YAML that the first cell may begin with; the cells without it."""
    if not cells or cells[0][0] not in ("markdown", "raw"):
        return {}, cells
    (kind, source), *others = cells
    found = FRONT_MATTER.match(source)
    if not found:
        return {}, cells
    fields = (line.partition(":") for line in found[1].splitlines())
    values = {name: unquoted(value.strip()) for name, _, value in fields}
    return values, [(kind, source[found.end() :]), *others]


def unquoted(value: str) -> str:
    if value.startswith(("|", ">", "[", "{", "&", "*", "!")):  # not one line of text
        return ""
    quoted = re.fullmatch(r"""(["'])(.*)\1""", value)
    return quoted[2] if quoted else value


def headings(tokens: list[Token]) -> Iterator[str]:
    return nonempty(tokens, "heading_open", lambda text: ATTRIBUTES.sub("", text))


def paragraphs(tokens: list[Token]) -> Iterator[str]:
    """Paragraphs outside of lists, quotations and tables, with more than images."""
    return nonempty(tokens, "paragraph_open")


def nonempty(tokens: list[Token], kind: str, edited: Callable[[str], str] = str) -> Iterator[str]:
    for opening, inline in pairwise(tokens):
        if opening.type == kind and opening.level == 0 and (found := edited(plain(inline))):
            yield found


def plain(inline: Token) -> str:
    """The text of a paragraph or heading on one line, without marks, HTML tags and images."""
    return one_line("".join(map(plain_part, inline.children or [])))


def plain_part(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak") or token.content.startswith("<br"):
        return " "
    return token.content if token.type in ("text", "code_inline", "math_inline") else ""


def searchable(cells: Cells) -> Iterator[str]:
    for kind, source in cells:
        found = one_line(" ".join(words(parse(source)))) if kind == "markdown" else source
        if found:
            yield found


def words(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(map(searchable_part, token.children or []))
        elif token.type == "html_block":
            yield unescape(nh3.clean(token.content, tags=set()))
        else:
            yield token.content


def searchable_part(token: Token) -> str:
    """Unlike a description, the search has image descriptions and all formulas."""
    return plain_part(token) if token.type == "html_inline" else token.content or plain_part(token)


def one_line(text: str) -> str:
    return " ".join(text.split())


def shortened(text: str) -> str:
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return f"{text[: DESCRIPTION_LENGTH - 1].rstrip()}…"

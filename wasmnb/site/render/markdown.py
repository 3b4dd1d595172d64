"""Markdown as Jupyter writes it, as HTML: GitHub's kind, with maths and with anchors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.gfm import gfm_plugin

from wasmnb.site.render import highlight
from wasmnb.site.render.markdown_maths import remove_math, replace_math, split_math
from wasmnb.site.render.sanitize import ResolveLink, is_external, sanitize


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    anchor: str


@dataclass
class Outline:
    """The headings of a document so far; no two have one anchor."""

    headings: list[Heading] = field(default_factory=list)

    def add(self, level: int, text: str) -> Heading:
        taken = {heading.anchor for heading in self.headings}
        first = anchor = slug(text)
        count = 1
        while anchor in taken:
            count += 1
            anchor = f"{first}-{count}"
        self.headings.append(heading := Heading(level, text, anchor))
        return heading


def slug(text: str) -> str:
    """An anchor as JupyterLab makes it, so that links to it lead there in both."""
    return re.sub(r"\s", "-", text.strip())


def markdown(
    source: str, outline: Outline, link: ResolveLink, attachments: Mapping[str, Any] | None = None
) -> str:
    """HTML that is clean, its headings noted in the outline, its formulas still TeX."""
    env: dict[str, Any] = {}
    hidden, maths = remove_math(source)
    tokens = PARSER.parse(hidden, env)
    for heading, inline in headings(tokens):
        text = unescape(replace_math(plain(inline), maths))
        noted = outline.add(int(heading.tag[1]), text)
        heading.attrSet("id", noted.anchor)
        inline.children = [*(inline.children or []), *permalink(noted)]
    for block in tokens:
        for token in block.children or []:
            attach(token, attachments or {})
    return sanitize(replace_math(PARSER.renderer.render(tokens, PARSER.options, env), maths), link)


def parse(source: str) -> list[Token]:
    """The tokens of Markdown, for readers of its text: math_inline and math_block are formulas."""
    hidden, maths = remove_math(source)
    tokens = PARSER.parse(hidden)
    for token in tokens:
        if token.children is None:
            token.content = replace_math(token.content, maths)
        else:
            token.children = [part for child in token.children for part in parts(child, maths)]
    return tokens


def parts(token: Token, maths: Sequence[str]) -> Iterator[Token]:
    """The token; a text and its formulas one by one."""
    if token.type != "text":
        token.content = unescape(replace_math(token.content, maths))
        yield token
        return
    for kind, content in split_math(token.content, maths):
        yield Token(kind, "", 0, content=content)


def headings(tokens: list[Token]) -> list[tuple[Token, Token]]:
    return [(token, inline) for token, inline in pairwise(tokens) if token.type == "heading_open"]


def plain(inline: Token) -> str:
    return "".join(
        token.content for token in inline.children or [] if token.type in ("text", "code_inline")
    )


def permalink(heading: Heading) -> list[Token]:
    link = Token("link_open", "a", 1)
    link.attrs = {"href": f"#{heading.anchor}", "class": "anchor", "aria-hidden": "true"}
    sign = Token("text", "", 0)
    sign.content = "¶"
    return [link, sign, Token("link_close", "a", -1)]


def attach(token: Token, attachments: Mapping[str, Any]) -> None:
    """An image that the cell itself carries becomes part of the page."""
    address = str(token.attrs.get("src", ""))
    if token.type != "image" or not address.startswith("attachment:"):
        return
    bundle = attachments.get(address.removeprefix("attachment:"), {})
    for kind, data in bundle.items():
        token.attrs["src"] = f"data:{kind};base64,{''.join(data).strip()}"


def image(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    """An image of another site is named and linked to: the page itself asks no other site."""
    address = str(tokens[at].attrs.get("src", ""))
    if not is_external(address):
        return str(self.image(tokens, at, options, env))
    alt = self.renderInlineAsText(tokens[at].children or [], options, env) or address
    return f'<a class="elsewhere" href="{escape(address)}">{escape(alt)}</a>'


def parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": True, "highlight": fence})
    made.use(gfm_plugin)
    made.add_render_rule("image", image)
    return made


def fence(source: str, language: str, _: str) -> str:
    """What stands between ``` and ```; Markdown takes what begins with `<pre` as it is."""
    return highlight.html(source, language)


PARSER = parser()

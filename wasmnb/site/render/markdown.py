"""Markdown as Jupyter writes it, as HTML: GitHub's kind, with maths and with anchors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.gfm import gfm_plugin

from wasmnb.site.render import highlight
from wasmnb.site.render.maths import mathml
from wasmnb.site.render.sanitize import ResolveLink, is_external, sanitize

# JupyterLab's MathJax takes these, too: \\( \\) and \\[ \\], the backslashes doubled for Markdown.
BRACKETS = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.S)


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
    """HTML that is clean, its headings noted in the outline."""
    env: dict[str, Any] = {}
    tokens = parse(source, env)
    for heading, inline in headings(tokens):
        noted = outline.add(int(heading.tag[1]), plain(inline))
        heading.attrSet("id", noted.anchor)
        inline.children = [*(inline.children or []), *permalink(noted)]
    for block in tokens:
        for token in block.children or []:
            attach(token, attachments or {})
    return sanitize(PARSER.renderer.render(tokens, PARSER.options, env), link)


def parse(source: str, env: dict[str, Any] | None = None) -> list[Token]:
    """The tokens of Markdown; rendering them needs the same `env`."""
    return PARSER.parse(BRACKETS.sub(dollars, source), {} if env is None else env)


def dollars(found: re.Match[str]) -> str:
    inline, display = found.groups()
    return f"${inline}$" if inline is not None else f"$${display}$$"


def headings(tokens: list[Token]) -> list[tuple[Token, Token]]:
    return [(token, inline) for token, inline in pairwise(tokens) if token.type == "heading_open"]


def plain(inline: Token) -> str:
    return "".join(
        token.content
        for token in inline.children or []
        if token.type in ("text", "code_inline", "math_inline")
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


def formula(tex: str, options: Mapping[str, Any]) -> str:
    return mathml(tex, is_display=bool(options["display_mode"]))


def environment(tex: str) -> str:
    return mathml(tex, is_display=True)


def parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": True, "highlight": fence})
    made.use(gfm_plugin)
    made.use(dollarmath_plugin, renderer=formula, allow_digits=False, double_inline=True)
    made.use(amsmath_plugin, renderer=environment)
    made.add_render_rule("image", image)
    return made


def fence(source: str, language: str, _: str) -> str:
    """What stands between ``` and ```; Markdown takes what begins with `<pre` as it is."""
    return highlight.html(source, language)


PARSER = parser()

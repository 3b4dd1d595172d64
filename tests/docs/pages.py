"""The project's Markdown files, parsed, and what tests ask about them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
# Made from the commits, which name files as they were.
GENERATED = {"CHANGELOG.md"}
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    if path.name not in GENERATED
)


@cache
def text(page: str) -> str:
    return ROOT.joinpath(page).read_text(encoding="utf-8")


@cache
def blocks(page: str) -> tuple[Token, ...]:
    return tuple(MarkdownIt("commonmark").enable("table").parse(text(page)))


def inlines(page: str) -> Iterator[Token]:
    """Text, code, links and pictures, wherever they are in a page."""
    for block in blocks(page):
        yield from block.children or ()


def targets(page: str) -> Iterator[str]:
    """The addresses of a page's links and pictures."""
    for inline in inlines(page):
        address = inline.attrGet("href") or inline.attrGet("src")
        if address is not None:
            yield str(address)


def code_spans(page: str) -> Iterator[str]:
    return (inline.content for inline in inlines(page) if inline.type == "code_inline")


def emphasised(page: str) -> Iterator[str]:
    """The texts in italics, by which documents name menu entries and buttons."""
    inside = False
    for inline in inlines(page):
        if inside and inline.type == "text":
            yield inline.content
        inside = inline.type == "em_open"


def fences(page: str, language: str) -> Iterator[str]:
    """The blocks of code in one language."""
    for block in blocks(page):
        if block.type == "fence" and block.info == language:
            yield block.content


def paragraphs(page: str) -> Iterator[tuple[int, int]]:
    """The first line of each paragraph, and the one behind it; those of lists are some, too."""
    for block in blocks(page):
        if block.type == "paragraph_open" and block.map:
            yield block.map[0], block.map[1]


def table(page: str, header: str) -> list[list[str]]:
    """The rows of all tables whose first column has that header, as text."""
    rows: list[list[str]] = []
    row: list[str] = []
    is_wanted = False
    for block in blocks(page):
        if block.type == "tr_open":
            row = []
        elif block.type == "inline":
            row.append(block.content)
        elif block.type == "thead_close":
            is_wanted = row[0] == header
        elif block.type == "tr_close" and is_wanted:
            rows.append(row)
        elif block.type == "table_close":
            is_wanted = False
    return rows


@cache
def anchors(page: str) -> frozenset[str]:
    """The fragments by which GitHub links to headings."""
    found, heading = set[str](), False
    for block in blocks(page):
        if heading and block.type == "inline":
            words = re.sub(r"[^\w\- ]", "", block.content.lower())
            found.add(words.replace(" ", "-"))
        heading = block.type == "heading_open"
    return frozenset(found)

"""What a notebook is called and about, for lists and searches."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wasmnb.contents.notebooks import Notebook, text

# How much of the first paragraph is a description.
LENGTH = 200

HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.M)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)

# How a paragraph begins that is none: headings, code, tables, HTML, lines, maths.
NO_PARAGRAPH = ("#", "```", "~~~", "|", "<", "---", "***", "$$", "![")


@dataclass(frozen=True)
class About:
    title: str
    description: str
    text: str  # all that a search looks through


def about(notebook: Notebook, name: str) -> About:
    """`name` is its title where it has no heading."""
    return About(title(notebook) or name, description(notebook), words(notebook))


def title(notebook: Notebook) -> str:
    for source in texts(notebook):
        if found := HEADING.search(FENCED.sub("", source)):
            return unmarked(found[1])
    return ""


def description(notebook: Notebook) -> str:
    """The first paragraph."""
    for source in texts(notebook):
        for paragraph in re.split(r"\n\s*\n", FENCED.sub("", source)):
            if not paragraph.lstrip().startswith(NO_PARAGRAPH) and (found := unmarked(paragraph)):
                return found if len(found) <= LENGTH else f"{found[: LENGTH - 1].rstrip()}…"
    return ""


def words(notebook: Notebook) -> str:
    """The texts and the code."""
    return "\n".join(
        unmarked(source) if cell.get("cell_type") == "markdown" else source
        for cell in notebook.get("cells", [])
        if (source := text(cell.get("source")))
    )


def texts(notebook: Notebook) -> Iterator[str]:
    for cell in notebook.get("cells", []):
        if cell.get("cell_type") == "markdown":
            yield text(cell.get("source"))


def unmarked(source: str) -> str:
    """Markdown without its marks."""
    source = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", source)
    source = re.sub(r"<[^>]+>", "", source)
    return " ".join(re.sub(r"[*`#>|]+", "", source).split())

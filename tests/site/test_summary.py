"""The titles and descriptions of notebooks, on the home page and in `<meta>`."""

import json
import re
from html import unescape

import nbformat
import pytest

from .conftest import Site, build, code, save, text

LONG = "star " * 60

# Name of the notebook: source of its cells, title, description.
CASES: dict[str, tuple[str | list[str], str, str]] = {
    "underlined": ("Suns\n====\n\nMany\nstars.", "Suns", "Many stars."),
    "anchor": ("# Title {#a}\n\nText {#b}", "Title", "Text {#b}"),
    "number sign": ("# C# and F#\n\nIssue #7", "C# and F#", "Issue #7"),
    "closed": ("## Title ##\n\nIt is.", "Title", "It is."),
    "list first": ("# A\n\n- one\n- two\n\n1. three\n\nThe text.", "A", "The text."),
    "list tight": ("# A\n* one\n\n  more\n\n> said\n\nThe text.", "A", "The text."),
    "marks": (
        '# *One* of **`a_b`**, [two](x.html "t") & <b>three</b> $x_1$\n\n'
        "See [_this_][1] <https://it.example>,\n`code` and $\\alpha$.\n\n[1]: x.html",
        "One of a_b, two & three x_1",
        "See this https://it.example, code and \\alpha.",
    ),
    "entities": ("# A &lt; B \\# c\n\nSnow &amp; ice*", "A < B # c", "Snow & ice*"),
    "image first": ("![logo](a.png)\n\n[![b](b.svg)](c)\n\n# T\n\nIt.", "T", "It."),
    "code first": ("```\n# no\n```\n\n    # nor this\n\n# T\n\nIt.", "T", "It."),
    "html first": ("<div># no</div>\n\n<!-- x -->\n\n# T\n\n<p>HTML</p>\n\nIt.", "T", "It."),
    "maths first": ("# T\n\n$$\nx\n$$\n\n\\begin{align}y\\end{align}\n\nIt.", "T", "It."),
    "table first": ("# T\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nIt.", "T", "It."),
    "rule first": ("***\n\n# T\n\n---\n\nIt.", "T", "It."),
    "front matter": (
        ['---\ntitle: "Stars: all"\nauthor: me\ndescription: Of light.\n---', "# Other\n\nIt."],
        "Stars: all",
        "Of light.",
    ),
    "front matter without a title": ("---\nauthor: me\n---\n\n# T\n\nIt.", "T", "It."),
    "no heading": ("Only text", "no heading", "Only text"),
    "empty heading": ("#\n\n# ![logo](a.png)\n\n## T", "T", ""),
    "long": (f"# T\n\n{LONG}", "T", f"{LONG[:199].rstrip()}…"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("summaries")
    for name, (source, *_) in CASES.items():
        cells = [source] if isinstance(source, str) else source
        save(folder / f"{name}.ipynb", *map(text, cells), code("# No title\nprint(1)"))
    raw = nbformat.v4.new_raw_cell("---\ntitle: Raw\n---")  # type: ignore[no-untyped-call]
    save(folder / "raw front matter.ipynb", raw, text("# Other\n\n*Find*<br>_this_ `here`"))
    return build(folder, folder / "site")


@pytest.mark.parametrize("name", CASES)
def test_titles_and_descriptions_are_what_the_page_shows(site: Site, name: str) -> None:
    _, title, description = CASES[name]
    page = site.read(f"notebooks/{name}.html")
    [stated] = re.findall(r'<meta name="description" content="([^"]*)">', page)
    assert unescape(stated) == description
    assert f"<title>{title} - " in unescape(page)
    assert f">{title}</a><p>{description}</p>" in unescape(site.read("index.html"))


def test_the_front_matter_of_a_raw_cell_names_a_notebook(site: Site) -> None:
    [entry] = [it for it in json.loads(site.read("search.json")) if "raw" in it["url"]]
    assert entry["title"] == "Raw"
    assert "Find this here" in entry["text"]

"""The maths of a published page is what JupyterLab shows of its notebook, without a script."""

# ruff: noqa: RUF001  MathML has its own asterisk.
import re
import subprocess
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from ..serving import DEADLINE
from .conftest import Site, build, code, save, shows, text
from .hosting import hosting

Render = Callable[..., str]

ALIGNED = "\\begin{align}\na &= b_1 \\\\\nc &= d_* \\tag{7} \\label{seven}\n\\end{align}"

# Cells of one notebook, and what a screen reader says of the formulas in each.
CELLS: tuple[tuple[Any, list[str]], ...] = (
    (text("# A title with $x^2$\n\nand $$\\frac{1}{2}$$"), ["x2", "12"]),
    (text("\\\\(y_1\\\\) and \\\\[z*z*z\\\\]"), ["y1", "z∗z∗z"]),
    (text(f"See \\eqref{{seven}}.\n\n{ALIGNED}"), ["(7)", "a=b1(7)c=d∗"]),
    (text("By \\eqref{seven}, not by \\ref{nowhere}."), ["(7)", "???"]),
    (text("\\begin{equation}x\\label{e}\\end{equation} \\eqref{e}"), ["x", "(???)"]),
    (text("$\\newcommand{\\half}{\\frac{1}{2}}\\def\\twice#1{2#1}$"), [""]),
    (text("$\\half$, $\\twice{n}$ and $a<b$ 😀 $b>c$"), ["12", "2n", "a<b", "b>c"]),
    (text("It costs $5 here and $6 there."), ["5hereand"]),
    (text("Only $5, `$code$`, `` $more` `` and\n\n```\n$x$ and $y$\n```\n\n    $z$"), []),
    (text("| $a$ | b |\n|---|---|\n| $c_1$ | *it* $d_1$ |"), ["a", "c1", "d1"]),
    (text("$\\unknown{x}$ and $\\frac{1}$"), ["\\unknownx", "\\frac{1}"]),
    (text("$\\ce{H2O}$ is ~~not~~ $\\require{cancel}\\cancel{x}$"), ["HA2O", "x"]),
    (text("$\\text{naïve 日本}$ and $\\unicode{x263A}$"), ["naïve 日本", "☺"]),
    (code("sympy", shows(text_latex="$\\displaystyle \\half$", text_plain="1/2")), ["12"]),
    (code("no maths", shows(text_latex="x^2")), []),
    (code("html", shows(text_html="<p>\\(u\\)<br>$a<br>b$</p><pre>$v$</pre>")), ["u", "ab"]),
    (code("off", shows(text_html="<p class='mathjax_ignore'>$u$</p>")), []),
    (code("markdown", shows(text_markdown="*It* is $w_1$")), ["w1"]),
    (code("'$printed$'", shows(text_plain="'$printed$'")), []),
)


def formulas(html: str) -> list[str]:
    """What a screen reader says of each."""
    found = re.findall(r"<mjx-assistive-mml>(.*?)</mjx-assistive-mml>", html, re.S)
    return [unescape(re.sub(r"<[^>]+>", "", mathml)) for mathml in found]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("folder")
    save(folder / "it.ipynb", *(cell for cell, _ in CELLS))
    return build(folder, folder / "site")


@pytest.fixture(scope="module")
def page(site: Site) -> str:
    return site.page("it")


@pytest.mark.parametrize("number", range(len(CELLS)))
def test_formulas_are_read_aloud(page: str, number: int) -> None:
    _, *cells = re.split(r'<div class="cell [^>]*>', page)
    assert formulas(cells[number]) == CELLS[number][1]


def test_references_lead_to_their_equations(page: str) -> None:
    assert page.count('href="#mjx-eqn%3Aseven"') == 2
    assert page.count('id="mjx-eqn:seven"') == 1


def test_a_formula_that_fails_says_why(page: str) -> None:
    assert "<title>Missing argument for \\frac</title>" in page


def test_labels_hold_before_their_equation_and_macros_end_with_the_notebook(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "folder"
    save(folder / "a.ipynb", text("$\\def\\one{1} \\one$"))
    save(folder / "b.ipynb", text("$\\one$"), text("\\eqref{x}"), text("$$2\\tag{9}\\label{x}$$"))
    site = build(folder, tmp_path / "site")
    assert formulas(site.page("a")) == ["1"]
    assert formulas(site.page("b")) == ["\\one", "(9)", "(9)2"]


def test_tex_brings_in_nothing_that_acts(rendered: Render) -> None:
    html = rendered(
        text("$\\href{javascript:alert(1)}{a} \\href{data:text/html,x}{b}$"),
        text("$\\href{https://example.org/?a=1&b=2}{c}$"),
        text("$\\style{position:fixed;background-color:url(https://evil.example)}{d}$"),
        text("$\\class{run}{e} \\cssId{jupyter-config-data}{f}$"),
        text("$\\mathtip{g}{\\href{javascript:alert(2)}{h}} \\text{<img src=x onerror=alert(3)>}$"),
        text("$\\unicode{x3C}\\text{script>alert(4)} \\require{html} \\require{nothing}$"),
        text('$\\color{red" onload="alert(5)}{i} \\bbox[url(https://evil.example)]{j}$'),
        text("$\\data{scripts=x.js}{k} \\mmlToken{mi}[href=javascript:alert(6),onclick=x]{l}$"),
        text("[a link](<https://example.org/$\"onmouseover='alert(7)'$>)"),
    )
    assert 'href="https://example.org/?a=1&amp;b=2"' in html
    shown = re.sub(r">[^<]*<| title=\"[^\"]*\"", "><", html)  # the tags alone, but for tooltips
    for trace in (
        "javascript:",
        "data:text",
        "position:fixed",
        ":url(",
        '="url(',
        'class="run"',
        "jupyter-config-data",
        "<img",
        "<script",
        "onload",
        "onclick",
        'onmouseover="',
        "data-scripts",
        "foreignObject",
    ):
        assert trace not in shown, trace


def test_what_is_typeset_is_not_typeset_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "folder"
    for name in "ab":
        save(folder / f"{name}.ipynb", text(f"${name}^2$"))
    started: list[object] = []

    class Counted(Popen[str]):
        def __init__(self, command: list[str], **options: Any) -> None:
            if command[-1].endswith("mathjax.mjs"):
                started.append(command)
            super().__init__(command, **options)

    monkeypatch.setattr(subprocess, "Popen", Counted)
    first = build(folder, tmp_path / "first")
    assert len(started) == 1
    assert build(folder, tmp_path / "second").files() == first.files()
    assert len(started) == 1
    # A macro may hold for what comes after it: a change anywhere typesets the notebook anew.
    save(folder / "a.ipynb", text("$\\def\\b{1}$"), text("$a^2$"))
    build(folder, tmp_path / "second")
    assert len(started) == 2


def test_a_page_without_maths_has_none_of_it(rendered: Render) -> None:
    html = rendered(text("It costs $5."), code("price = '$6'"), code("it", shows(text_html="$")))
    assert "<p>It costs $5.</p>" in html
    assert "mjx" not in html
    assert "<svg" not in html


# --- in a browser ---


@pytest.fixture(scope="module")
def reader(browser: Browser, site: Site) -> Iterator[Page]:
    """Someone who has turned scripts off."""
    with (
        hosting(site.root) as address,
        browser.new_context(java_script_enabled=False) as context,
    ):
        page = context.new_page()
        page.goto(f"{address}notebooks/it.html")
        yield page


def test_equations_are_aligned_and_their_tag_is_at_the_right(reader: Page) -> None:
    cell = reader.locator(".cell").nth(2)
    equation = cell.locator("mjx-container[display=true]")
    [whole] = [it.bounding_box() for it in equation.all()]
    glyphs = [use.bounding_box() for use in equation.locator("use").all()]
    assert whole
    boxes = [box for box in glyphs if box]
    assert len(boxes) == len(glyphs) == 11
    assert all(box["width"] > 2 and box["height"] > 2 for box in boxes)
    right = max(box["x"] + box["width"] for box in boxes)
    assert abs(whole["x"] + whole["width"] - right) < 3
    # The equals signs are the widest: they stand below each other.
    one, other = sorted(boxes, key=lambda box: box["width"] / box["height"])[-2:]
    assert abs(one["x"] - other["x"]) < 1
    assert abs(one["y"] - other["y"]) > 10


def test_what_is_copied_is_tex(browser: Browser, site: Site) -> None:
    with hosting(site.root) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}notebooks/it.html")
        paragraph = page.locator(".cell").nth(6).locator("p")
        paragraph.evaluate("p => getSelection().selectAllChildren(p)")
        copied = page.evaluate("getSelection().toString()")
        assert copied == "$\\half$, $\\twice{n}$ and $a<b$ 😀 $b>c$"


def test_jupyterlab_shows_the_same(browser: Browser, site: Site, page: str) -> None:
    spoken = "all => all.map((it) => it.textContent)"
    with hosting(site.root) as address, browser.new_context() as context:
        lab = context.new_page()
        lab.set_default_timeout(DEADLINE * 1000)
        lab.set_viewport_size({"width": 1000, "height": 5000})
        lab.goto(f"{address}lab/index.html?path=it.ipynb")
        lab.locator(".jp-Cell").nth(len(CELLS) - 1).locator(".jp-OutputArea-output").wait_for()
        lab.wait_for_function(
            "n => document.querySelectorAll('.jp-Notebook mjx-assistive-mml').length >= n",
            arg=len(formulas(page)),
        )
        found = lab.locator(".jp-Notebook mjx-assistive-mml").evaluate_all(spoken)
    assert found == formulas(page)

"""Maths in Markdown, hidden from the Markdown parser as JupyterLab hides it.

A placeholder, `@@0@@`, takes the place of each formula, so that Markdown sees no `_` or `*` of it.
The formula is put back into the HTML, where MathJax looks for delimiters. What counts as a formula
follows JupyterLab to the letter, or a page would show other maths than the notebook:
https://github.com/jupyterlab/jupyterlab/blob/main/packages/rendermime/src/latex.ts
"""

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape

# Delimiters, braces, line breaks, and what looks like a placeholder.
SPLIT = re.compile(
    r"(\$\$?|\\(?:begin|end)\{[a-z]*\*?\}|\\[{}$]|[{}]|(?:\n\s*)+|@@\d+@@|\\\\[()\[\]])", re.I
)
FENCE = re.compile(r"^(?P<fence>`{3,}|(?:~T){3,})[^`\n]*\n[\s\S]*?^(?P=fence)`*$", re.M)
CODE = re.compile(r"(^|[^\\])(`+)([^\n]*?[^`\n])\2(?!`)", re.M)
PLACEHOLDER = re.compile(r"@@(\d+)@@")
PARAGRAPH_END = re.compile(r"\n.*\n")
# What opens a formula; what closes it; what it is in a paragraph.
DELIMITERS = {
    "$$": ("$$", "math_block"),
    "$": ("$", "math_inline"),
    r"\\(": (r"\\)", "math_inline"),
    r"\\[": (r"\\]", "math_block"),
}
# In Markdown the backslashes of these are doubled.
BRACKETS = re.compile(r"\\\\([(\[])(.*)\\\\([)\]])", re.S)


def remove_math(source: str) -> tuple[str, list[str]]:
    """The source with placeholders, and the formulas as HTML with their delimiters."""
    has_code = "`" in source or "~~~" in source
    if has_code:
        source = FENCE.sub(without_dollars, source.replace("~", "~T"))
        source = CODE.sub(without_dollars, source)
    blocks = SPLIT.split(re.sub(r"\r\n?", "\n", source))
    maths = replace_blocks(blocks)
    text = "".join(blocks)
    if has_code:
        return dollars(text), list(map(dollars, maths))
    return text, maths


def without_dollars(code: re.Match[str]) -> str:
    """Dollars in code are no delimiters; a tilde marks them, and tildes are marked before."""
    return code[0].replace("$", "~D")


def dollars(text: str) -> str:
    return re.sub(r"~([TD])", lambda mark: "~" if mark[1] == "T" else "$", text)


def replace_blocks(blocks: list[str]) -> list[str]:
    """Puts placeholders in place of the formulas; every other block is one that SPLIT matches.

    Delimiters match, braces balance, and a formula does not reach beyond its paragraph.
    """
    maths: list[str] = []
    start = last = None
    closing = ""
    braces = 0
    at = 1
    while at < len(blocks):
        block = blocks[at]
        if block.startswith("@"):
            blocks[at] = f"@@{len(maths)}@@"
            maths.append(block)
        elif start is None:
            if opened := closing_of(block):
                start, closing, braces = at, opened, 0
        elif block == closing and not braces:
            replace(blocks, start, at, maths)
            start = last = None
        elif block == closing:
            last = at
        elif PARAGRAPH_END.search(block):
            if last is not None:
                at = last
                replace(blocks, start, at, maths)
            start = last = None
            braces = 0
        elif block == "{":
            braces += 1
        elif block == "}" and braces:
            braces -= 1
        at += 2
    if start is not None and last is not None:
        replace(blocks, start, last, maths)
    return maths


def closing_of(block: str) -> str | None:
    """The delimiter that closes what the block opens, if it does."""
    if block[1:6] == "begin":
        return rf"\end{block[6:]}"
    return DELIMITERS[block][0] if block in DELIMITERS else None


def replace(blocks: list[str], start: int, end: int, maths: list[str]) -> None:
    formula = escape("".join(blocks[start : end + 1]), quote=False)
    blocks[start : end + 1] = [f"@@{len(maths)}@@", *[""] * (end - start)]
    maths.append(formula)


def replace_math(html: str, maths: Sequence[str]) -> str:
    """The HTML with the formulas in place of their placeholders."""

    def formula(placeholder: re.Match[str]) -> str:
        number = int(placeholder[1])
        found = maths[number] if number < len(maths) else placeholder[0]
        brackets = BRACKETS.fullmatch(found)
        return rf"\{brackets[1]}{brackets[2]}\{brackets[3]}" if brackets else found

    return PLACEHOLDER.sub(formula, html)


def split_math(text: str, maths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts of a text with placeholders: text, or TeX without its delimiters."""
    for number, part in enumerate(PLACEHOLDER.split(text)):
        if number % 2:
            known = int(part) < len(maths)
            yield unwrapped(unescape(maths[int(part)])) if known else ("text", f"@@{part}@@")
        elif part:
            yield "text", part


def unwrapped(formula: str) -> tuple[str, str]:
    for opening, (closing, kind) in DELIMITERS.items():
        if formula.startswith(opening):
            return kind, formula.removeprefix(opening).removesuffix(closing).strip()
    return ("text" if formula.startswith("@@") else "math_block"), formula

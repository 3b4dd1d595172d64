"""A person who opens a notebook, finishes the source `1+`, and runs it: when the page let them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright

from wasmnb.compare.chromium import launch_arguments

from ..serving import DEADLINE

SOURCE, TYPED, RESULT = "1+", "1+1", "2"
# JupyterLab's, or that of a page which shows it until JupyterLab's notebook has come.
OUTPUT_OF = ".jp-CodeCell .jp-OutputArea-output, .code-cell .output"

# Milliseconds since the navigation began, whichever document is looked at.
WATCH = f"""(() => {{
    const seen = (window.benchSeen = {{}});
    const text = (selector) => document.querySelector(selector)?.textContent.trim();
    const look = () => {{
        const typed = document.querySelector("textarea.draft")?.value;
        if ((typed ?? text(".jp-CodeCell .cm-content")) === "{TYPED}")
            seen.usable ??= performance.now();
        const result = text("{OUTPUT_OF}") === "{RESULT}";
        if (result) seen.result ??= performance.now();
    }};
    new MutationObserver(look).observe(
        document, {{ subtree: true, childList: true, characterData: true }});
    addEventListener("input", look);
}})()"""

# What is in sight: a page of our site, until JupyterLab's notebook has taken its place.
READING = "body:not(.wasmnb-running) .code-cell"
CELL = f"{READING}, .jp-CodeCell"
SOURCE_OF = ".cm-content, .draft, pre.code"
PROMPT_OF = ".jp-InputPrompt, .prompt"


class NoAnswer(Exception):
    """Someone was asked, and has not answered in time."""


@dataclass(frozen=True)
class Visit:
    """Milliseconds from navigation until typing showed and until the result did."""

    usable: float
    result: float


@contextmanager
def person(playwright: Playwright, profile: Path, slower: float = 1) -> Iterator[Page]:
    """A browser with that profile, started for this alone, and its page; slower by that factor."""
    with playwright.chromium.launch_persistent_context(
        profile, **launch_arguments(playwright)
    ) as context:
        context.set_default_timeout(DEADLINE * 1000)
        context.add_init_script(WATCH)
        [page] = context.pages
        slow_down(context, page, slower)
        yield page


def slow_down(context: BrowserContext, page: Page, factor: float) -> None:
    """Workers go on at full speed, with theirs as with ours: DevTools slow only the page itself."""
    if factor > 1:
        devtools = context.new_cdp_session(page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": factor})


def answer(page: Page, asked: str, who: str) -> float:
    """What comes of a call of `boot.js`; raises `NoAnswer`, with who was asked."""
    found: float | None = page.evaluate(f"bench.within({DEADLINE}, {asked})")
    if found is None:
        raise NoAnswer(f"After {DEADLINE} seconds, {who} has not answered.")
    return found


def visit(page: Page, address: str, who: str) -> Visit:
    """Raises `NoAnswer` where the notebook of that one does not come."""
    page.goto(address, wait_until="commit")
    for _ in until(page, "usable", who):
        if shown(page, SOURCE_OF) == SOURCE:
            page.locator(CELL).first.locator(SOURCE_OF).filter(visible=True).click()
            page.keyboard.press("End")
            page.keyboard.type(TYPED.removeprefix(SOURCE))
    for _ in until(page, "result", who):
        if shown(page, PROMPT_OF) == "[ ]:":  # it does not run yet
            page.keyboard.press("Control+Enter")
    return Visit(seen(page, "usable"), seen(page, "result"))


def until(page: Page, what: str, who: str) -> Iterator[None]:
    """Frame by frame, until that was seen."""
    deadline = time.monotonic() + DEADLINE
    while not seen(page, what):
        if time.monotonic() > deadline:
            raise NoAnswer(f"After {DEADLINE} seconds, {who} has shown no {SIGNS[what]}.")
        yield
        page.evaluate(FRAME)


SIGNS = {"usable": "typed text", "result": "result"}

# Until the page has drawn what it knows now.
FRAME = "() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"


def seen(page: Page, what: str) -> float:
    moment: float = page.evaluate("(what) => window.benchSeen?.[what] ?? 0", what)
    return moment


def shown(page: Page, part: str) -> str:
    """What a part of the first code cell shows."""
    found: str = page.evaluate(SHOWN, part)
    return found


SHOWN = f"""(part) => {{
    const cell = document.querySelector("{READING}") ?? document.querySelector(".jp-CodeCell");
    const shown = [...(cell?.querySelectorAll(part) ?? [])].find(({{ hidden }}) => !hidden);
    return (shown?.value ?? shown?.textContent ?? "").trim();
}}"""

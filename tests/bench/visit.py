"""A person who opens a notebook, finishes the source `1+`, and runs it: when the page let them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright

from wasmnb.chromium import launching

from ..serving import DEADLINE

SOURCE, TYPED, RESULT = "1+", "1+1", "2"

# Milliseconds since the navigation began, whichever document is looked at.
WATCH = f"""(() => {{
    const seen = (window.benchSeen = {{}});
    const text = (selector) => document.querySelector(selector)?.textContent.trim();
    new MutationObserver(() => {{
        if (text(".jp-CodeCell .cm-content") === "{TYPED}") seen.usable ??= performance.now();
        const result = text(".jp-CodeCell .jp-OutputArea-output") === "{RESULT}";
        if (result) seen.result ??= performance.now();
    }}).observe(document, {{ subtree: true, childList: true, characterData: true }});
}})()"""


@dataclass(frozen=True)
class Visit:
    """Milliseconds from navigation until typing showed and until the result did."""

    usable: float
    result: float


@contextmanager
def person(playwright: Playwright, profile: Path, slower: float = 1) -> Iterator[Page]:
    """A browser with that profile, started for this alone, and its page; slower by that factor."""
    with playwright.chromium.launch_persistent_context(profile, **launching(playwright)) as context:
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


def visit(page: Page, address: str) -> Visit:
    page.goto(address, wait_until="commit")
    while not seen(page, "usable"):
        if text(page, ".cm-content") == SOURCE:
            page.locator(".jp-CodeCell .cm-content").first.click()
            page.keyboard.press("End")
            page.keyboard.type(TYPED.removeprefix(SOURCE))
        wait(page)
    while not seen(page, "result"):
        if text(page, ".jp-InputPrompt") == "[ ]:":  # it does not run yet
            page.keyboard.press("Control+Enter")
        wait(page)
    return Visit(seen(page, "usable"), seen(page, "result"))


def seen(page: Page, what: str) -> float:
    moment: float = page.evaluate("(what) => window.benchSeen?.[what] ?? 0", what)
    return moment


def text(page: Page, part: str) -> str:
    """What a part of the first code cell shows."""
    found = "(part) => document.querySelector(`.jp-CodeCell ${part}`)?.textContent.trim() ?? ''"
    shown: str = page.evaluate(found, part)
    return shown


def wait(page: Page) -> None:
    """Until the page has drawn what it knows now."""
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")

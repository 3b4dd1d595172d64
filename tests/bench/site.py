"""How soon a published notebook can be read, beside JupyterLite's page of it: `make bench-site`.

Both sites are local and compressed, and have the same notebook with its outputs. Each visit has a
browser of its own: with a fresh profile, and again with the same one. The two take turns, so that
whatever else the machine does meets both. Then a folder of 100 notebooks is built, twice. It takes
some minutes, prints two tables, and leaves `.cache/bench/site.json`. `--cpu`, `--megabits` and
`--round-trip` are those of `make bench-boot`.
"""

import json
import sys
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from playwright.sync_api import Page, sync_playwright

from . import lite, published
from .boot import HEADS, LITE, VISITS, Figure, host, row
from .line import Line, Speed, line
from .report import save, table
from .visit import person

TITLE = "What is to be read"
NOTEBOOKS = 100
READING = 5_000  # milliseconds that someone stays who reads
PAGES = {"ours": "notebooks/start.html", LITE: "notebooks/index.html?path=start.ipynb"}

# Milliseconds since the navigation began: when the frame was drawn that has the notebook's title.
WATCH = f"""(() => {{
    const isThere = () => [...document.querySelectorAll("h1")].some(
        (title) => title.textContent.startsWith("{TITLE}") && title.getClientRects().length > 0);
    const drawn = () => requestAnimationFrame(() => requestAnimationFrame(
        () => {{ window.benchRead ??= performance.now(); }}));
    const all = {{subtree: true, childList: true, characterData: true, attributes: true}};
    new MutationObserver(() => {{ if (isThere()) drawn(); }}).observe(document, all);
}})()"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"

WHAT = {
    "first paint": 1,
    "content": 0.1,
    "kB until then": 0.05,
    "kB after five seconds": 0.05,
}
FIGURES = [
    Figure(f"{what}, {when}", f"{what}, {when}", f"{LITE} {what}, {when}", goal)
    for when in VISITS
    for what, goal in WHAT.items()
]
Found = defaultdict[str, list[float]]


def main() -> None:
    options = ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--cpu", type=float, default=1, help="how many times slower pages are")
    options.add_argument("--megabits", type=float, default=0, help="of the line, in a second")
    options.add_argument("--round-trip", type=float, default=0, help="of the line, milliseconds")
    given = options.parse_args()
    speed = Speed(given.megabits, given.round_trip)
    found: Found = defaultdict(list)
    with TemporaryDirectory() as work:
        visits(Path(work), speed, given.cpu, given.rounds, found)
        builds = building(Path(work))
    report(found, builds, {"rounds": given.rounds, "slower": given.cpu, "line": asdict(speed)})


# --- a page is read ---


def visits(work: Path, speed: Speed, slower: float, rounds: int, found: Found) -> None:
    notebook(work / "ours" / "start.ipynb")
    sites = {
        "ours": published.site(work / "ours", work / "site"),
        LITE: lite.site(notebook(work / "theirs" / "start.ipynb")),
    }
    with ExitStack() as open_, sync_playwright() as playwright:
        lines = {}
        for which, folder in sites.items():
            server = open_.enter_context(host(folder))
            lines[which] = open_.enter_context(line(server.port, speed))
        for number in range(rounds):
            for which in sites:
                with TemporaryDirectory() as profile:
                    for when in VISITS:
                        with person(playwright, Path(profile), slower) as page:
                            seen = read(page, lines[which], PAGES[which])
                        for what, amount in seen.items():
                            found[f"{'' if which == 'ours' else f'{LITE} '}{what}, {when}"].append(
                                amount
                            )
            print(f"Round {number + 1} of {rounds} is done.", file=sys.stderr)


def read(page: Page, line: Line, path: str) -> dict[str, float]:
    """Someone opens the page, and reads it for a while."""
    before = line.received
    page.add_init_script(WATCH)
    page.goto(f"http://127.0.0.1:{line.port}/{path}", wait_until="commit")
    page.wait_for_function("() => window.benchRead")
    until_then = line.received - before
    page.wait_for_timeout(READING)
    return {
        "first paint": page.evaluate(PAINTED),
        "content": page.evaluate("window.benchRead"),
        "kB until then": until_then / 1000,
        "kB after five seconds": (line.received - before) / 1000,
    }


# --- a folder is built ---


def building(work: Path) -> dict[str, float]:
    """Seconds that a folder of notebooks takes, at first and again, and what the site weighs."""
    for number in range(NOTEBOOKS):
        notebook(work / "many" / f"chapter-{number // 10}" / f"{number:02}.ipynb", number)
    out = work / "site-of-many"
    first, second = build(work / "many", out), build(work / "many", out)
    files: dict[str, Any] = json.loads((out / "site.json").read_text())["files"]
    sizes = {path: entry["bytes"] / 1e6 for path, entry in files.items()}
    program = sum(sizes[path] for path in sizes if path.startswith(("static/", "pyodide/")))
    return {
        "first build, s": first,
        "second build, s": second,
        "site, MB": sum(sizes.values()),
        "of it interface and Python, the same for any site, MB": program,
        "of it notebooks, their pages and listings, MB": sum(sizes.values()) - program,
    }


def build(folder: Path, out: Path) -> float:
    started = time.perf_counter()
    published.build(folder, out)
    return time.perf_counter() - started


def notebook(file: Path, number: int = 0) -> Path:
    """One as people write them: text with maths, code, and what it has put out."""
    v4 = nbformat.v4
    new: dict[str, Callable[..., Any]] = {"text": v4.new_markdown_cell, "code": v4.new_code_cell}
    cells = [new["text"](f"# {TITLE} {number}\n\nIt begins here.", id="title")]
    for part in range(12):
        rows = "".join(f"<tr><td>{n}</td><td>{n * part}</td></tr>" for n in range(10))
        printed = v4.new_output("stream", text=f"part {part}\n")  # type: ignore[no-untyped-call]
        shown = v4.new_output(  # type: ignore[no-untyped-call]
            "execute_result", {"text/html": f"<table>{rows}</table>"}, execution_count=part + 1
        )
        source = f"import math\n\ndef f(x):\n    return math.sin(x) * {part}\n\ntable(f)"
        outputs = [printed, shown]
        cells += [
            new["text"](f"## Part {part}\n\nWhere $x^2 = {part}$. {'Words. ' * 60}", id=f"t{part}"),
            new["code"](source, id=f"c{part}", outputs=outputs, execution_count=part + 1),
        ]
    spec = {"name": "python", "display_name": "Python", "language": "python"}
    file.parent.mkdir(parents=True, exist_ok=True)
    made = v4.new_notebook(cells=cells, metadata={"kernelspec": spec})  # type: ignore[no-untyped-call]
    nbformat.write(made, file)  # type: ignore[no-untyped-call]
    return file


# --- the report ---


def report(found: Found, builds: dict[str, float], conditions: dict[str, object]) -> None:
    print(table(HEADS, [row(figure, found) for figure in FIGURES]))
    print()
    shown = [(name, f"{amount:.1f}") for name, amount in builds.items()]
    print(table((f"{NOTEBOOKS} notebooks", ""), shown))
    medians = {name: round(median(each), 1) for name, each in found.items()}
    figures = [asdict(figure) for figure in FIGURES]
    save(
        "site",
        {**conditions, "figures": figures, "medians": medians, "found": found, "builds": builds},
    )


if __name__ == "__main__":
    main()

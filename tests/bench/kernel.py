"""How fast the kernel is, beside ipykernel behind a stock Jupyter Server: `make bench`.

One page of ours, in Chromium, talks to both through JupyterLab's own client, in turns, so that
whatever else the machine does meets both. It takes some minutes, prints a table, and leaves
`.cache/bench/kernel.json`. What both of them put out is compared, too.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

from wasmnb.compare.chromium import launch_arguments

from .report import save, table
from .stock import TOKEN, Server, ours, stock

SCRIPT = Path(__file__).with_name("kernel.js")
WHICH = ("theirs", "ours")
ROUNDS = 5
INTERRUPTS = int(os.environ.get("BENCH_INTERRUPTS", "1000"))
DEADLINE = 10_000  # milliseconds, after which an interrupt counts as lost

# Jupyter Server drops output that comes faster than its limits; all of it is wanted here.
OPTIONS = {
    "ServerApp.allow_origin": "*",
    "ServerApp.disable_check_xsrf": True,
    "ZMQChannelsWebsocketConnection.limit_rate": False,
}


@dataclass(frozen=True)
class Work:
    """What is asked, how often in each of the rounds, and what has to come of it."""

    name: str
    act: str
    asked: dict[str, object]
    size: int
    times: int = 3
    goal: float = 1
    """At most this part of the time that the server's kernel takes."""


WORK = [
    Work("pass", "run", {"code": "pass"}, 0, times=40, goal=0.5),
    Work("10,000 prints", "run", {"code": "for i in range(10_000): print(i)"}, 48_890),
    Work("10 MB of text", "run", {"code": "print('x' * 10_000_000)"}, 10_000_001),
    Work(
        "20 displays of 1 MB",
        "run",
        {"code": "for _ in range(20): display({'text/plain': 'x' * 1_000_000}, raw=True)"},
        20_000_000,
    ),
    Work("completion", "complete", {"code": "import os; os.path.joi"}, 1, times=20),
    Work("interrupt", "interrupt", {"deadline": DEADLINE}, 1, times=INTERRUPTS // ROUNDS),
]


@dataclass(frozen=True)
class Figures:
    """Times in milliseconds, and how often something else came than what was wanted."""

    times: list[float] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return round(median(self.times), 1)

    @property
    def p95(self) -> float:
        return round(quantiles(self.times, n=20)[-1], 1)


def main() -> None:
    with TemporaryDirectory() as folder, opened(Path(folder)) as page:
        measured = [measure(page, work) for work in WORK]
    report(measured)


@contextmanager
def opened(folder: Path) -> Iterator[Page]:
    """Our page, with a kernel of its own and one on the stock server."""
    with (
        stock(folder, **OPTIONS) as rival,
        ours(folder) as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(**launch_arguments(playwright)) as browser,
    ):
        page = browser.new_page()
        page.set_default_timeout(600_000)
        page.goto(f"{address(server)}lab?token={TOKEN}")
        page.wait_for_function("window.jupyterapp")
        page.add_script_tag(content=SCRIPT.read_text())
        page.evaluate("at => bench.start(at)", {"address": address(rival), "token": TOKEN})
        yield page


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/"


def measure(page: Page, work: Work) -> dict[str, Figures]:
    """Both kernels at one work, in turns; what is done once is done before."""
    found = {which: Figures() for which in WHICH}
    for which in WHICH:
        ask(page, work, which)
    for _ in range(ROUNDS):
        for which, figures in found.items():
            for _ in range(work.times):
                answer = ask(page, work, which)
                figures.times.append(answer["time"])
                if answer["size"] != work.size:
                    figures.wrong.append(answer["size"])
    return found


def ask(page: Page, work: Work, which: str) -> Any:
    return page.evaluate(f"asked => bench.{work.act}(asked)", {"which": which, **work.asked})


def report(measured: list[dict[str, Figures]]) -> None:
    rows = list(zip(WORK, measured, strict=True))
    print(table(HEADS, [row(work, found["theirs"], found["ours"]) for work, found in rows]))
    for work, found in rows:
        for which, figures in found.items():
            if figures.wrong:
                print(f"{work.name}, {which}: {len(figures.wrong)} times not as wanted.")
    save("kernel", {"rounds": ROUNDS, "work": [result(work, found) for work, found in rows]})


HEADS = ("ms", "their p50", "our p50", "their p95", "our p95", "part", "goal", "met")


def row(work: Work, theirs: Figures, mine: Figures) -> tuple[object, ...]:
    part = mine.p50 / theirs.p50
    met = "yes" if part <= work.goal and not mine.wrong else "no"
    medians = theirs.p50, mine.p50, theirs.p95, mine.p95
    return work.name, *medians, f"{part:.2f}", work.goal, met


def result(work: Work, found: dict[str, Figures]) -> dict[str, object]:
    kernels = {
        which: {"p50": figures.p50, "p95": figures.p95, **asdict(figures)}
        for which, figures in found.items()
    }
    return {"name": work.name, "asked": work.asked, "goal": work.goal, **kernels}


if __name__ == "__main__":
    main()

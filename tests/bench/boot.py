"""How soon a kernel and a notebook are there, beside stock Pyodide, JupyterLite and ipykernel.

`make bench-boot` does it. The notebook is that of our server, and that of a site of ours.

Each measurement has a browser of its own: with a fresh profile, and again with the same one, for
a second visit. Rivals take turns, so that whatever else the machine does meets all. It takes some
ten minutes, prints a table, and leaves `.cache/bench/boot.json`. JupyterLite is the real one, with
every advantage: all of it local, compressed and kept by the browser, its wheels fetched at once.
Who does not answer within a minute is asked once more, then left out of a round, which is told.

`--cpu 4` slows pages down (of workers DevTools cannot slow the processor), `--megabits 20
--round-trip 40` the line, by a proxy: DevTools do not slow the line of workers either.
"""

import sys
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import nbformat
from playwright.sync_api import Page, Playwright, sync_playwright

from . import bare, kernel, lite, published
from .line import Line, Speed, line
from .report import save, table
from .stock import TOKEN, Server, ours, serving
from .visit import SOURCE, NoAnswer, answer, person, visit

SCRIPT = Path(__file__).with_name("boot.js")
PAUSE = 8_000  # milliseconds in which a person reads, and a spare is prepared
LATER = 10  # completions after the first


@dataclass(frozen=True)
class Figure:
    """A figure of ours over one of a rival's, and how large that part may be."""

    name: str
    mine: str
    rival: str
    goal: float


VISITS = ("first visit", "second visit")
BARE, LITE, IPYKERNEL = "loadPyodide", "JupyterLite", "ipykernel"
FIGURES = [
    Figure("kernel, first visit", "kernel, first visit", f"{BARE}, first visit", 0.2),
    Figure("kernel, second visit", "kernel, second visit", f"{BARE}, second visit", 0.15),
    Figure("kernel without snapshot", "kernel without snapshot", f"{BARE}, first visit", 0.45),
    Figure("restart", "restart", f"{LITE} kernel, second visit", 0.03),
    Figure("first completion", "first completion", f"{IPYKERNEL} first completion", 1),
    Figure("later completions", "later completion", f"{IPYKERNEL} later completion", 1),
    Figure("result, first visit", "result, first visit", f"{LITE} result, first visit", 0.2),
    Figure("result, second visit", "result, second visit", f"{LITE} result, second visit", 0.2),
    Figure("usable, first visit", "usable, first visit", f"{LITE} usable, first visit", 0.4),
    Figure("usable, second visit", "usable, second visit", f"{LITE} usable, second visit", 0.4),
    Figure("kB, first visit", "kB, first visit", f"{LITE} kB, first visit", 0.6),
    *(
        Figure(f"site: {what}, {when}", f"site: {what}, {when}", f"{LITE} {what}, {when}", goal)
        for what, goal in {"result": 0.2, "usable": 0.4, "kB": 0.6}.items()
        for when in VISITS
    ),
]
# A page of each where no kernel runs, and the notebook.
DESK = {"ours": "tree", LITE: "lab/index.html", BARE: "index.html"}
NOTEBOOK = {
    "ours": "notebooks/start.ipynb",
    "site": "notebooks/start.html",
    LITE: "notebooks/index.html?path=start.ipynb",
}
KERNEL = {"ours": "python-wasm", LITE: "python"}


Measured = Iterable[tuple[str, float]]


@dataclass
class Bench:
    """The rivals' servers, how one gets to them, and what was found."""

    playwright: Playwright
    lines: dict[str, Line]
    slower: float
    rounds: int
    found: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    steps: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    silences: list[str] = field(default_factory=list)

    def take(self, measure: "Measure") -> None:
        """Keep what is measured, which is done once more where someone did not answer."""
        for so in ("it was measured once more", "the round went without it"):
            try:
                found = list(measure(self))
            except NoAnswer as silence:
                self.silences.append(f"{silence} So {so}.")
                print(self.silences[-1], file=sys.stderr)
            else:
                for name, amount in found:
                    self.found[name].append(amount)
                return

    def address(self, which: str, path: str) -> str:
        login = ("&" if "?" in path else "?") + f"token={TOKEN}" if which == "ours" else ""
        return f"http://127.0.0.1:{self.lines[which].port}/{path}{login}"

    @contextmanager
    def page(self, profile: str) -> Iterator[Page]:
        with person(self.playwright, Path(profile), self.slower) as page:
            page.add_init_script(SCRIPT.read_text())
            yield page

    @contextmanager
    def desk(self, which: str, profile: str) -> Iterator[Page]:
        """A page where nothing runs yet and all that is wanted of it is there."""
        with self.page(profile) as page:
            arrive(page, self.address(which, DESK[which]))
            yield page


Measure = Callable[[Bench], Measured]


def main() -> None:
    options = ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--cpu", type=float, default=1, help="how many times slower pages are")
    options.add_argument("--megabits", type=float, default=0, help="of the line, in a second")
    options.add_argument("--round-trip", type=float, default=0, help="of the line, milliseconds")
    given = options.parse_args()
    speed = Speed(given.megabits, given.round_trip)
    with TemporaryDirectory() as folder, ExitStack() as open_, sync_playwright() as playwright:
        folder_of_ours = notebook(Path(folder) / "ours", "ours").parent
        servers = {
            BARE: open_.enter_context(host(bare.site())),
            LITE: open_.enter_context(host(lite.site(notebook(Path(folder) / "theirs", LITE)))),
            "ours": open_.enter_context(ours(folder_of_ours)),
            "site": open_.enter_context(
                host(published.site(folder_of_ours, Path(folder) / "site"))
            ),
        }
        lines = {
            which: open_.enter_context(line(server.port, speed))
            for which, server in servers.items()
        }
        bench = Bench(playwright, lines, given.cpu, given.rounds)
        for number in range(given.rounds):
            for measure in MEASURES:
                bench.take(measure)
            print(f"Round {number + 1} of {given.rounds} is done.", file=sys.stderr)
    completions(bench)
    report(bench, asdict(speed))


def host(folder: Path) -> AbstractContextManager[Server]:
    command: list[str | Path] = [sys.executable, "-m", "tests.bench.host", folder]
    return serving(command, r"Open http://127\.0\.0\.1:(\d+)/")


def notebook(folder: Path, which: str) -> Path:
    """A notebook whose one cell wants to be finished."""
    spec = {"name": KERNEL[which], "display_name": "Python", "language": "python"}
    content = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[nbformat.v4.new_code_cell(SOURCE, id="cell")],  # type: ignore[no-untyped-call]
        metadata={"kernelspec": spec},
    )
    folder.mkdir()
    nbformat.write(content, file := folder / "start.ipynb")  # type: ignore[no-untyped-call]
    return file


# --- what is measured, in each round once ---


def bare_pyodide(bench: Bench) -> Measured:
    with TemporaryDirectory() as profile:
        for which in VISITS:
            with bench.desk(BARE, profile) as page:
                yield f"{BARE}, {which}", answer(page, "bench.bare()", BARE)


def arrive(page: Page, address: str) -> None:
    """Open a page, and wait until all that is wanted of it is there."""
    page.goto(address, wait_until="networkidle")
    page.wait_for_function("window.jupyterapp || document.title === 'Pyodide'")


def our_kernel(bench: Bench) -> Measured:
    with TemporaryDirectory() as profile:
        for which in VISITS:
            with bench.desk("ours", profile) as page:
                yield f"kernel, {which}", started(page, "ours")
                page.wait_for_timeout(PAUSE)
                yield "restart", answer(page, "bench.restart()", "our kernel, restarted,")


def our_kernel_without_snapshot(bench: Bench) -> Measured:
    with TemporaryDirectory() as profile, bench.page(profile) as page:
        page.add_init_script(WITHOUT_SNAPSHOT)
        arrive(page, bench.address("ours", DESK["ours"]))
        yield "kernel without snapshot", started(page, "ours")


# The page's configuration, as a copy of ours has it that was built without.
WITHOUT_SNAPSHOT = """new MutationObserver(() => {
    const config = document.getElementById("jupyter-config-data");
    if (!config?.textContent.includes('"snapshot.bin"')) return;
    config.textContent = config.textContent.replace('"snapshot.bin"', '"none"');
}).observe(document, {childList: true, subtree: true})"""


def their_kernel(bench: Bench) -> Measured:
    with TemporaryDirectory() as profile:
        for which in VISITS:
            with bench.desk(LITE, profile) as page:
                yield f"{LITE} kernel, {which}", started(page, LITE)


def started(page: Page, which: str) -> float:
    return answer(page, f"bench.start('{KERNEL[which]}')", f"the kernel of {which}")


def our_notebook(bench: Bench) -> Measured:
    return opened(bench, "ours", "")


def our_site(bench: Bench) -> Measured:
    return opened(bench, "site", "site: ")


def their_notebook(bench: Bench) -> Measured:
    return opened(bench, LITE, f"{LITE} ")


def opened(bench: Bench, which: str, name: str) -> Measured:
    """Someone opens the notebook, types and runs it."""
    with TemporaryDirectory() as profile:
        for when in VISITS:
            with bench.page(profile) as page:
                before = bench.lines[which].received
                seen = visit(
                    page, bench.address(which, NOTEBOOK[which]), f"the notebook of {which}"
                )
                received = bench.lines[which].received - before
                yield f"{name}usable, {when}", seen.usable
                yield f"{name}result, {when}", seen.result
                yield f"{name}kB, {when}", received / 1000
                if which != LITE:
                    note_steps(bench, page, f"{name}{when}")


def note_steps(bench: Bench, page: Page, when: str) -> None:
    for step, begin, end in page.evaluate("bench.steps()"):
        bench.steps[f"{when}: {step}, begin"].append(begin)
        bench.steps[f"{when}: {step}, end"].append(end)


MEASURES: list[Measure] = [
    bare_pyodide,
    our_kernel,
    our_kernel_without_snapshot,
    their_kernel,
    our_notebook,
    our_site,
    their_notebook,
]


def completions(bench: Bench) -> None:
    """What jedi is asked for: after a first cell, and then again and again."""
    names = {"ours": "", "theirs": f"{IPYKERNEL} "}
    work = next(work for work in kernel.WORK if work.act == "complete")
    with TemporaryDirectory() as folder:
        for _ in range(bench.rounds):
            with kernel.opened(Path(folder)) as page:
                for which in names:
                    page.evaluate("which => bench.run({which, code: '1+1'})", which)
                page.wait_for_timeout(PAUSE)
                for number in range(1 + LATER):
                    for which, name in names.items():
                        answer = kernel.ask(page, work, which)
                        nth = "later" if number else "first"
                        bench.found[f"{name}{nth} completion"].append(answer["time"])


# --- the report ---


def report(bench: Bench, speed: dict[str, float]) -> None:
    print(table(HEADS, [row(figure, bench.found) for figure in FIGURES]))
    print()
    print(table(STEPS, steps(bench.steps)))
    print("", *bench.silences, sep="\n")
    medians = {name: round(median(found), 1) for name, found in bench.found.items()}
    figures = [asdict(figure) for figure in FIGURES]
    told = {"rounds": bench.rounds, "slower": bench.slower, "line": speed, "figures": figures}
    told["silences"] = bench.silences
    save("boot", {**told, "medians": medians, "found": bench.found, "steps": bench.steps})


HEADS = ("", "ours", "rival's", "rival", "part", "goal", "met")
STEPS = ("what our visits consist of, ms from navigation", "begin", "end")


def row(figure: Figure, found: dict[str, list[float]]) -> tuple[object, ...]:
    if figure.mine not in found or figure.rival not in found:
        return figure.name, "", "", figure.rival, "not measured", figure.goal, ""
    mine, theirs = median(found[figure.mine]), median(found[figure.rival])
    part = mine / theirs
    met = "yes" if part <= figure.goal else "no"
    numbers = f"{mine:,.0f}", f"{theirs:,.0f}"
    return figure.name, *numbers, figure.rival, f"{part:.3f}", figure.goal, met


def steps(found: dict[str, list[float]]) -> list[tuple[str, str, str]]:
    """Each step's begin and end, in the order in which they end."""
    names = dict.fromkeys(name.rpartition(", ")[0] for name in found)
    rows = [
        (name, median(found[f"{name}, begin"]), median(found[f"{name}, end"])) for name in names
    ]
    rows.sort(key=lambda step: (step[0].partition(":")[0], step[2]))
    return [(name, f"{begin:,.0f}", f"{end:,.0f}") for name, begin, end in rows]


if __name__ == "__main__":
    main()

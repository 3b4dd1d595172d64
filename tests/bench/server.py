"""How fast the server is, beside a stock Jupyter Server: `python -m tests.bench.server`.

wrk (`make bench-server` installs it) asks both the same over loopback, in turns, over one folder,
from 64 connections; the medians of some rounds count. That takes some minutes. It prints a table
and leaves `.cache/bench/server.json`.
"""

import json
import math
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from .report import CACHE, save, table
from .stock import TOKEN, Server, ours, stock

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "3"))
LONGEST = 60  # seconds
CONNECTIONS = 64
REQUESTS_FOR_MEMORY = 100_000


@dataclass(frozen=True)
class Work:
    """What is asked, and how many times faster than the stock server we want to be."""

    name: str
    method: str
    path: str
    goal: float
    body: str = ""


WORK = [
    Work("list 100 files", "GET", "/api/contents/many", 5),
    Work("read a notebook", "GET", "/api/contents/a.ipynb", 5),
    Work("read text", "GET", "/api/contents/a.txt", 5),
    Work("look at a file", "GET", "/api/contents/a.txt?content=0", 5),
    Work("download 100 kB", "GET", "/files/a.bin", 5),
    Work("save a notebook", "PUT", "/api/contents/%d.ipynb", 2, "notebook.json"),
    Work("save text", "PUT", "/api/contents/%d.txt", 2, "text.json"),
]

READ = WORK[2]
HEADS = ("", "stock/s", "ours/s", "times", "goal", "their p50", "our p99", "met")


@dataclass(frozen=True)
class Figures:
    """Requests per second, milliseconds, and how many requests went wrong."""

    rate: float
    p50: float
    p99: float
    wrong: int


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("This benchmark asks with wrk; `make bench-server` installs it.")
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as place:
        folder, bodies = Path(place, "folder"), Path(place)
        fill(folder, bodies)
        with stock(folder) as they, ours(folder) as we:
            found = [(work, *in_turns(they, we, work, bodies)) for work in WORK]
            memory = memory_over_many_requests(we, bodies)
    report(found, memory)


def fill(folder: Path, bodies: Path) -> None:
    """The folder that is served, and what is saved to it."""
    (folder / "many").mkdir(parents=True)
    for number in range(100):
        (folder / f"many/{number}.txt").write_text("x" * number)
    notebook = {
        "cells": [cell(number) for number in range(30)],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = "All work and no play makes Jack a dull boy.\n" * 200
    (folder / "a.ipynb").write_text(json.dumps(notebook))
    (folder / "a.txt").write_text(text)
    (folder / "a.bin").write_bytes(os.urandom(100_000))
    saved = {"type": "notebook", "format": "json", "content": notebook | {"metadata": {"of": "%d"}}}
    (bodies / "notebook.json").write_text(json.dumps(saved))
    saved = {"type": "file", "format": "text", "content": text}
    (bodies / "text.json").write_text(json.dumps(saved))


def cell(number: int) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"cell{number}",
        "source": f"print({number})\n" * 5,
        "metadata": {},
        "execution_count": number,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": f"{number}\n" * 5}],
    }


def in_turns(they: Server, we: Server, work: Work, bodies: Path) -> tuple[Figures, Figures]:
    for server in (they, we):
        ask(server, work, bodies, 2)  # what is done once is done
    rounds = [(measured(they, work, bodies), measured(we, work, bodies)) for _ in range(ROUNDS)]
    return medians([their for their, _ in rounds]), medians([our for _, our in rounds])


def medians(found: list[Figures]) -> Figures:
    rate, p50, p99 = (median(getattr(f, name) for f in found) for name in ("rate", "p50", "p99"))
    return Figures(round(rate, 1), round(p50, 1), round(p99, 1), sum(f.wrong for f in found))


def measured(server: Server, work: Work, bodies: Path) -> Figures:
    seconds = SECONDS
    found = ask(server, work, bodies, seconds)
    while found["requests"] < CONNECTIONS and seconds < LONGEST:  # some were not answered once
        seconds *= 3
        found = ask(server, work, bodies, seconds)
    rate = found["requests"] / found["seconds"]
    return Figures(rate, found["p50"], found["p99"], int(found["refused"] + found["broken"]))


def ask(server: Server, work: Work, bodies: Path, seconds: int) -> dict[str, float]:
    body = str(bodies / work.body) if work.body else ""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"]
    command += ["-s", str(HERE / "requests.lua"), f"http://127.0.0.1:{server.port}", "--"]
    command += [work.method, work.path, body, TOKEN]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    settle(server)
    return found


def settle(server: Server) -> None:
    """Wait until a server has worked off what wrk asked for and left before it was answered."""
    address = f"http://127.0.0.1:{server.port}/api/status"
    asked = Request(address, headers={"Authorization": f"token {TOKEN}"})
    with urlopen(asked) as answer:  # noqa: S310
        answer.read()


def memory_over_many_requests(server: Server, bodies: Path) -> tuple[int, int]:
    """The server's memory in kB, before and after a hundred thousand requests."""
    before, answered = server.resident(), 0.0
    while answered < REQUESTS_FOR_MEMORY:
        answered += ask(server, READ, bodies, 10)["requests"]
    return before, server.resident()


def report(rows: list[tuple[Work, Figures, Figures]], memory: tuple[int, int]) -> None:
    print(table(HEADS, [row(work, they, we) for work, they, we in rows]))
    print(f"memory over {REQUESTS_FOR_MEMORY:,} reads: {memory[0]:,} kB, then {memory[1]:,} kB")
    found = [{**asdict(w), "stock": asdict(t), "ours": asdict(m)} for w, t, m in rows]
    asked = {"connections": CONNECTIONS, "rounds": ROUNDS, "seconds": SECONDS}
    save("server", {**asked, "work": found, "memory_kB": memory})


def row(work: Work, they: Figures, we: Figures) -> tuple[object, ...]:
    times = we.rate / they.rate if they.rate else math.inf
    met = times >= work.goal and we.p99 <= they.p50 and not we.wrong
    figures = they.rate, we.rate, f"{times:.1f}", work.goal, they.p50, we.p99
    return work.name, *figures, "yes" if met else "no"


if __name__ == "__main__":
    main()

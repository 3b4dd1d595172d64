"""How fast the server is, beside a stock Jupyter Server: `python -m tests.bench.server`.

wrk (Debian has a package of that name) asks both the same over loopback, one after the other,
over one folder, from 64 connections. That takes some minutes. It prints a table and leaves
`.cache/bench/server.json`.
"""

import json
import math
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache/bench"
STOCK = CACHE / "stock"
TOKEN = "bench"  # noqa: S105  of servers that live for minutes
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
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
ROW = "{:<18}{:>9}{:>9}{:>7}{:>6}{:>11}{:>9}  {}"


@dataclass(frozen=True)
class Figures:
    """Requests per second, milliseconds, and how many requests went wrong."""

    rate: float
    p50: float
    p99: float
    wrong: int


@dataclass(frozen=True)
class Server:
    port: int
    process: int

    def resident(self) -> int:
        """Its memory, in kB."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process}/status").read_text())
        assert found
        return int(found[1])


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("This benchmark asks with wrk; install it (apt-get install wrk).")
    CACHE.mkdir(parents=True, exist_ok=True)
    set_up()
    with TemporaryDirectory(dir=CACHE) as place:
        folder, bodies = Path(place, "folder"), Path(place)
        fill(folder, bodies)
        with stock(folder) as server:
            theirs = [measured(server, work, bodies) for work in WORK]
        with ours(folder) as server:
            mine = [measured(server, work, bodies) for work in WORK]
            memory = memory_over_many_requests(server, bodies)
    report(theirs, mine, memory)


def set_up() -> None:
    """The stock server, in an environment of its own."""
    lock = HERE / "requirements.txt"
    done = STOCK / "requirements.txt"
    if done.is_file() and done.read_text() == lock.read_text():
        return
    pip: list[str | Path] = [
        STOCK / "bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run(sys.executable, "-m", "venv", "--clear", STOCK)
    run(*pip, "--require-hashes", "-r", lock)
    done.write_text(lock.read_text())


def run(*command: str | Path) -> None:
    subprocess.run(list(map(str, command)), check=True)  # noqa: S603


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
    saved = {"type": "notebook", "format": "json", "content": notebook}
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


@contextmanager
def stock(folder: Path) -> Iterator[Server]:
    options = {
        "IdentityProvider.token": TOKEN,
        "ServerApp.root_dir": folder,
        "ServerApp.port": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
    }
    given = [f"--{name}={value}" for name, value in options.items()]
    command: list[str | Path] = [STOCK / "bin/python", "-m", "jupyter_server", *given]
    with serving(command, r"http://127\.0\.0\.1:(\d+)/") as server:
        yield server


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    options = ["--no-browser", "--port", "0", "--token", TOKEN]
    command: list[str | Path] = [sys.executable, "-m", "wasmnb", "serve", folder, *options]
    with serving(command, r"Open http://127\.0\.0\.1:(\d+)/") as server:
        yield server


@contextmanager
def serving(command: list[str | Path], address: str) -> Iterator[Server]:
    with (
        TemporaryDirectory() as home,
        (Path(home) / "log").open("w+") as log,
        subprocess.Popen(  # noqa: S603
            list(map(str, command)), stderr=subprocess.PIPE, text=True, env=alone(home)
        ) as process,
    ):
        assert process.stderr
        try:
            found = next(filter(None, (re.search(address, line) for line in process.stderr)))
            drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=log)  # noqa: S607
            until_open(port := int(found[1]))
            yield Server(port, process.pid)
        finally:
            end(process)
        drain.wait()


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:  # Jupyter's own shutdown has been seen to hang
        process.kill()
        process.wait()


def until_open(port: int) -> None:
    """Wait for a server that tells its address before it listens."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as connection:
            if not connection.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    sys.exit(f"The server at port {port} did not come up.")


def alone(home: str) -> dict[str, str]:
    """Nothing of the user who runs this takes part."""
    places = ("DATA", "CONFIG", "RUNTIME")
    return {**os.environ, "HOME": home, **{f"JUPYTER_{name}_DIR": home for name in places}}


def measured(server: Server, work: Work, bodies: Path) -> Figures:
    ask(server, work, bodies, 2)  # what is done once is done
    found = ask(server, work, bodies, SECONDS)
    rate = found["requests"] / found["seconds"]
    wrong = int(found["refused"] + found["broken"])
    return Figures(round(rate, 1), round(found["p50"], 1), round(found["p99"], 1), wrong)


def ask(server: Server, work: Work, bodies: Path, seconds: int) -> dict[str, float]:
    body = str(bodies / work.body) if work.body else ""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"]
    command += ["-s", str(HERE / "requests.lua"), f"http://127.0.0.1:{server.port}", "--"]
    command += [work.method, work.path, body, TOKEN]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def memory_over_many_requests(server: Server, bodies: Path) -> tuple[int, int]:
    """The server's memory in kB, before and after a hundred thousand requests."""
    before, answered = server.resident(), 0.0
    while answered < REQUESTS_FOR_MEMORY:
        answered += ask(server, READ, bodies, 10)["requests"]
    return before, server.resident()


def report(theirs: list[Figures], mine: list[Figures], memory: tuple[int, int]) -> None:
    rows = list(zip(WORK, theirs, mine, strict=True))
    print(ROW.format("", "stock/s", "ours/s", "times", "goal", "their p50", "our p99", "met"))
    for work, they, we in rows:
        times = we.rate / they.rate if they.rate else math.inf
        met = times >= work.goal and we.p99 <= they.p50 and not we.wrong
        figures = they.rate, we.rate, f"{times:.1f}", work.goal, they.p50, we.p99
        print(ROW.format(work.name, *figures, "yes" if met else "no"))
    print(f"memory over {REQUESTS_FOR_MEMORY:,} reads: {memory[0]:,} kB, then {memory[1]:,} kB")
    table = [{**asdict(w), "stock": asdict(t), "ours": asdict(m)} for w, t, m in rows]
    result = {"connections": CONNECTIONS, "seconds": SECONDS, "work": table, "memory_kB": memory}
    (CACHE / "server.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()

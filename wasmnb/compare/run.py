"""Notebooks on the browser's kernel and on those of a server, run by a Chromium without a window.

The page itself runs and measures (web/compare); here it is given a server, and asked.
"""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright
from rich.console import Console
from rich.progress import Progress
from wasmnb_zmq import kernelspec

from wasmnb.compare import machine
from wasmnb.compare.chromium import launching
from wasmnb.errors import Unusable
from wasmnb.gateway.spawn import spawned_server
from wasmnb.gateway.upstream import Upstream
from wasmnb.network import listen
from wasmnb.server.config import Config
from wasmnb.server.run import server_for

BROWSER, SERVER = "python-wasm", "python3"

ASK = """async (asked) => {
    const {commands} = window.jupyterapp;
    const name = "wasmnb:compare-notebooks";
    window.addEventListener(name, ({detail}) => { void window.tellProgress(detail); });
    return commands.execute(name, asked);
}"""


def compare(options: argparse.Namespace) -> None:
    """Compare, write the report, and exit with 1 if outputs differ that should not."""
    folder, paths = located(options.notebooks)
    kernels = [BROWSER, SERVER, *([kernelspec.NATIVE] if options.native else [])]
    asked = {
        "paths": paths,
        "kernels": kernels,
        "rounds": options.rounds,
        "machine": machine.in_words(),
    }
    with beside(folder, native=options.native) as jupyter, served(folder, jupyter) as address:
        answer = answered(address, asked)
    sys.exit(reported(answer, paths, options))


def reported(answer: Mapping[str, Any], paths: Sequence[str], options: argparse.Namespace) -> int:
    """Write what the page has found of these notebooks, tell of it, and work out the exit code."""
    options.output.write_text(answer["page"], encoding="utf-8")
    figures = options.output.with_suffix(".json")
    figures.write_text(json.dumps(answer["comparisons"], indent=1) + "\n")
    different = {
        path: cells for path, cells in zip(paths, answer["different"], strict=True) if cells
    }
    for line in (*told(different), f"The report is {options.output}, its figures {figures}."):
        print(line)
    return 1 if different and not options.allow_different else 0


def told(different: Mapping[str, Sequence[int]]) -> list[str]:
    """What differs, a line for each notebook."""
    if not different:
        return ["All outputs are the same."]
    return [
        f"{path}: the output differs of cell {', '.join(map(str, cells))}."
        for path, cells in different.items()
    ]


def located(notebooks: Sequence[Path]) -> tuple[Path, list[str]]:
    """The folder that all notebooks are in, and their paths from there."""
    for notebook in notebooks:
        if notebook.suffix != ".ipynb" or not notebook.is_file():
            raise Unusable(
                f"There is no notebook {str(notebook)!r}; name files that end in .ipynb."
            )
    files = [notebook.resolve() for notebook in notebooks]
    folder = Path(os.path.commonpath([file.parent for file in files]))
    return folder, [file.relative_to(folder).as_posix() for file in files]


@contextmanager
def beside(folder: Path, *, native: bool) -> Iterator[Upstream]:
    """A stock Jupyter Server, which may have our kernel without WebAssembly besides ipykernel."""
    with TemporaryDirectory(prefix="wasmnb-kernels-") as data:
        if native:
            kernelspec.install(kernelspec.SPECS["native"], kernelspec.NATIVE, Path(data))
        with spawned_server(folder, Path(data)) as jupyter:
            yield jupyter


@contextmanager
def served(folder: Path, jupyter: Upstream) -> Iterator[str]:
    """The address of a server of ours over a folder, for as long as this lasts."""
    token = secrets.token_hex(24)
    door = listen("127.0.0.1", 0)
    config = Config(folder, port=door.getsockname()[1], token=token, upstream=jupyter)
    server = server_for(config)
    thread = Thread(target=server.run, args=([door],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{config.port}/lab?token={token}"
    finally:
        server.should_exit = True
        thread.join()


def answered(address: str, asked: Mapping[str, object]) -> Any:
    """What the page finds; its progress is shown meanwhile."""
    with (
        Progress(console=Console(stderr=True)) as progress,
        sync_playwright() as playwright,
        playwright.chromium.launch(**launching(playwright)) as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        task = progress.add_task("Opening the page", total=None)

        def tell(step: Mapping[str, Any]) -> None:
            progress.update(
                task, description=step["what"], completed=step["done"], total=step["total"]
            )

        page.expose_function("tellProgress", tell)
        open_page(page, address)
        try:
            return page.evaluate(ASK, asked)
        except Error as error:
            raise Unusable(f"The notebooks cannot be compared. {said(error)}") from error


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("window.jupyterapp?.commands.hasCommand('wasmnb:compare-notebooks')")


def said(error: Error) -> str:
    """The page's own sentence."""
    first, *_ = error.message.partition("\n")
    return first.removeprefix("Page.evaluate: ").removeprefix("Error: ")

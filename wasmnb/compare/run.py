"""Compares the browser's kernel with a server's, in a headless Chromium.

The page runs the notebooks and measures (web/compare). This module starts the servers and the
browser, invokes the page's command and writes the report.
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
from wasmnb.compare.chromium import launch_arguments
from wasmnb.errors import Unusable
from wasmnb.gateway.spawn import spawned_server
from wasmnb.gateway.upstream import Upstream
from wasmnb.network import listen
from wasmnb.server.config import Config
from wasmnb.server.run import server_for

BROWSER, SERVER = "python-wasm", "python3"

RUN_COMMAND = """async (request) => {
    const {commands} = window.jupyterapp;
    const name = "wasmnb:compare-notebooks";
    window.addEventListener(name, ({detail}) => { void window.tellProgress(detail); });
    return commands.execute(name, request);
}"""


def compare(options: argparse.Namespace) -> None:
    """Compare and write the report; exit with 1 if outputs differ."""
    folder, paths = common_folder(options.notebooks)
    kernels = [BROWSER, SERVER, *([kernelspec.NATIVE] if options.native else [])]
    request = {
        "paths": paths,
        "kernels": kernels,
        "rounds": options.rounds,
        "machine": machine.description(),
    }
    with (
        upstream_server(folder, native=options.native) as upstream,
        wasmnb_server(folder, upstream) as url,
    ):
        answer = run_in_browser(url, request)
    sys.exit(report(answer, paths, options))


def report(answer: Mapping[str, Any], paths: Sequence[str], options: argparse.Namespace) -> int:
    """Write the report and its figures, and print a summary; the exit code."""
    options.output.write_text(answer["page"], encoding="utf-8")
    figures = options.output.with_suffix(".json")
    figures.write_text(json.dumps(answer["comparisons"], indent=1) + "\n")
    different = {
        path: cells for path, cells in zip(paths, answer["different"], strict=True) if cells
    }
    for line in (*summary(different), f"The report is {options.output}, its figures {figures}."):
        print(line)
    return 1 if different and not options.allow_different else 0


def summary(different: Mapping[str, Sequence[int]]) -> list[str]:
    """A line for each notebook whose outputs differ."""
    if not different:
        return ["All outputs are the same."]
    return [
        f"{path}: outputs differ in cell {', '.join(map(str, cells))}."
        for path, cells in different.items()
    ]


def common_folder(notebooks: Sequence[Path]) -> tuple[Path, list[str]]:
    """The deepest folder that contains all notebooks, and their paths in it."""
    for notebook in notebooks:
        if notebook.suffix != ".ipynb" or not notebook.is_file():
            raise Unusable(
                f"{str(notebook)!r} is not a notebook; give existing files that end in .ipynb."
            )
    files = [notebook.resolve() for notebook in notebooks]
    folder = Path(os.path.commonpath([file.parent for file in files]))
    return folder, [file.relative_to(folder).as_posix() for file in files]


@contextmanager
def upstream_server(folder: Path, *, native: bool) -> Iterator[Upstream]:
    """An unmodified Jupyter Server with ipykernel and, if `native`, wasmnb's kernel in CPython."""
    with TemporaryDirectory(prefix="wasmnb-kernels-") as data:
        if native:
            kernelspec.install(kernelspec.SPECS["native"], kernelspec.NATIVE, Path(data))
        with spawned_server(folder, Path(data)) as upstream:
            yield upstream


@contextmanager
def wasmnb_server(folder: Path, upstream: Upstream) -> Iterator[str]:
    """The URL of a wasmnb server over a folder, running until the block ends."""
    token = secrets.token_hex(24)
    sock = listen("127.0.0.1", 0)
    config = Config(folder, port=sock.getsockname()[1], token=token, upstream=upstream)
    server = server_for(config)
    thread = Thread(target=server.run, args=([sock],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{config.port}/lab?token={token}"
    finally:
        server.should_exit = True
        thread.join()


def run_in_browser(url: str, request: Mapping[str, object]) -> Any:
    """The result of the page's command; shows its progress."""
    with (
        Progress(console=Console(stderr=True)) as progress,
        sync_playwright() as playwright,
        playwright.chromium.launch(**launch_arguments(playwright)) as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        task = progress.add_task("Opening the page", total=None)

        def tell(step: Mapping[str, Any]) -> None:
            progress.update(
                task, description=step["what"], completed=step["done"], total=step["total"]
            )

        page.expose_function("tellProgress", tell)
        open_page(page, url)
        try:
            return page.evaluate(RUN_COMMAND, request)
        except Error as error:
            raise Unusable(f"The notebooks cannot be compared. {sentence_of(error)}") from error


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_function("window.jupyterapp?.commands.hasCommand('wasmnb:compare-notebooks')")


def sentence_of(error: Error) -> str:
    """The page's error message, without Playwright's prefixes."""
    first, *_ = error.message.partition("\n")
    return first.removeprefix("Page.evaluate: ").removeprefix("Error: ")

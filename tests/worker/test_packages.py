"""Packages come to a running kernel: with it, from the folder, or from an index."""

import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from ..serving import DEADLINE, serving
from .kernel import Desk, Kernel, desk


def wheel(folder: Path, name: str, version: str, *requires: str) -> Path:
    """A wheel with one module, which knows its version."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {other}\n" for other in requires)
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in [*files, "RECORD"]))
    return path


class ForAll(SimpleHTTPRequestHandler):
    """A static package index, which pages of other origins may read."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def road() -> str:
    """They are found in the same way, however Python has started."""
    return "from a snapshot"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A package index with two packages."""
    root = tmp_path_factory.mktemp("index")
    for file in (wheel(root, "outer", "1.0", "inner>=1"), wheel(root, "inner", "2.0")):
        page = root / "simple" / file.name.partition("-")[0] / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f'<!DOCTYPE html><a href="/{file.name}">{file.name}</a>')
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(ForAll, directory=root)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def page_of_kernels(browser: Browser, folder: Path, index: str, road: str) -> Iterator[Desk]:
    with serving(folder, "--index", index) as address, browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        yield desk(context.new_page(), address, road)


def test_pip_installs_from_the_index_with_what_it_needs(kernel: Kernel) -> None:
    installed = kernel.prints("%pip install outer")
    assert installed == "Successfully installed inner-2.0 outer-1.0\n"
    assert kernel.run("import outer, inner; inner.version") == [("result", "'2.0'")]


def test_wheels_beside_the_notebook_come_before_the_index(
    page_of_kernels: Desk, folder: Path
) -> None:
    wheel(folder / "a folder" / "wheels", "inner", "1.5")
    kernel = page_of_kernels.start("a folder")
    installed = kernel.prints("%pip install outer")
    assert installed == "Successfully installed inner-1.5 outer-1.0\n"
    kernel.shut_down()


def test_what_is_not_there_is_told(kernel: Kernel) -> None:
    [(kind, told)] = kernel.run("%pip install nowhere")
    assert kind == "error"
    assert "nowhere" in told
    missing = ("error", "ModuleNotFoundError: No module named 'nowhere'")
    assert kernel.run("import nowhere") == [missing]


def test_packages_that_come_with_the_kernel_are_loaded_by_their_import(kernel: Kernel) -> None:
    for name in ("ipywidgets", "nbformat", "jsonschema"):
        assert kernel.run(f"import {name}; {name}.__name__") == [("result", repr(name))]
    code = "nbformat.validate(nbformat.v4.new_notebook()); nbformat.current_nbformat"
    assert kernel.run(code) == [("result", "4")]


def test_pip_knows_the_packages_that_come_with_the_kernel(kernel: Kernel) -> None:
    assert kernel.prints("%pip install traitlets").startswith("Requirement already satisfied")
    assert "wasmnb-kernel" in kernel.prints("%pip list")

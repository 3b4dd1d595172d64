"""%pip install: from the index that --index names, and from wheels beside the notebook."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from ..serving import serving
from .lab import Lab, outputs_of


def wheel(folder: Path, name: str, version: str, source: str) -> Path:
    """A wheel of one module."""
    folder.mkdir(parents=True, exist_ok=True)
    about = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": source,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},{digest(text)},{len(text)}\n" for path, text in files.items())
    file = folder / f"{name}-{version}-py3-none-any.whl"
    with ZipFile(file, "w") as archive:
        for path, text in {**files, f"{about}/RECORD": f"{record}{about}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return file


def digest(text: str) -> str:
    return "sha256=" + urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")


class Index(SimpleHTTPRequestHandler):
    """A folder as a package index: https://peps.python.org/pep-0503/."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Requests are nobody's concern."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("index")
    for name, source in {"greeting": "text = 'from the index'", "twice": "text = 'index'"}.items():
        file = wheel(root / "simple" / name, name, "1.0", source)
        hashed = sha256(file.read_bytes()).hexdigest()
        link = f'<a href="{file.name}#sha256={hashed}">{file.name}</a>'
        (file.parent / "index.html").write_text(f"<!DOCTYPE html><html><body>{link}</body></html>")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Index, directory=root)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def address(folder: Path, index: str) -> Iterator[str]:
    wheel(folder / "wheels", "twice", "1.0", "text = 'beside the notebook'")
    wheel(folder / "wheels", "beside", "2.0", "text = 'a wheel of mine'")
    with serving(folder, "--index", index) as address:
        yield address


def test_a_package_comes_from_the_index(notebook: Lab) -> None:
    cell = notebook.enter("%pip install greeting")
    expect(outputs_of(cell).last).to_contain_text("Successfully installed greeting-1.0")
    notebook.says("import greeting\ngreeting.text", "'from the index'")


def test_a_wheel_beside_the_notebook_needs_no_index(notebook: Lab) -> None:
    notebook.enter("%pip install beside")
    notebook.says("import beside\nbeside.text", "'a wheel of mine'")


def test_wheels_beside_the_notebook_come_first(notebook: Lab) -> None:
    notebook.enter("%pip install twice")
    notebook.says("import twice\ntwice.text", "'beside the notebook'")


def test_a_package_that_nobody_has_is_named_in_a_sentence(notebook: Lab) -> None:
    [*_, text] = outputs_of(notebook.enter("%pip install nowhere-to-be-found")).all_inner_texts()
    assert "nowhere-to-be-found" in text
    assert "Traceback" not in text


def test_pip_lists_what_is_installed(notebook: Lab) -> None:
    expect(outputs_of(notebook.enter("%pip list"))).to_contain_text("greeting")

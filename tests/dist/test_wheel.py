"""The wheel that users install, in a virtual environment without Node and without network."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request

from ..notebook import Notebook
from ..serving import serving

ROOT = Path(__file__).resolve().parents[2]
WHEELHOUSE = ROOT / ".cache" / "wheelhouse"


@pytest.fixture(scope="module")
def wheel() -> Path:
    [wheel] = (ROOT / "dist").glob("wasmnb-*.whl")
    return wheel


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new virtual environment into which wasmnb was installed offline."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", str(folder))
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--isolated", "--disable-pip-version-check"]
    run(*pip, "install", "--no-index", f"--find-links={WHEELHOUSE}", str(wheel))
    return folder / "bin"


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"


def test_the_installed_wheel_runs_a_notebook_and_asks_nobody_else(
    environment: Path, page: Page, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "examples" / "welcome.ipynb", tmp_path)
    assert not shutil.which("node", path=str(environment))
    hosts: set[str] = set()

    def note(request: Request) -> None:
        if request.url.startswith("http"):
            hosts.add(request.url.split("/")[2])

    page.on("request", note)
    python = str(environment / "python")
    with serving(tmp_path, python=python, PATH=str(environment), PYTHONPATH="") as address:
        notebook = Notebook(page, address)
        notebook.open("welcome.ipynb")
        notebook.run(1)
        [output] = notebook.outputs(1)
        notebook.close()
    assert "on emscripten" in "".join(output["text"])
    assert hosts == {address.split("/")[2]}


def test_the_wheel_holds_its_assets_and_their_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        licences = [name for name in names if name.endswith("third-party-licenses.txt")]
        bundled = "".join(archive.read(name).decode() for name in licences)
    for asset in ("static/manifest.json", "pyodide/manifest.json"):
        assert f"wasmnb/assets/{asset}" in names
    assert any("/pyodide/wheels/" in name and "/ipywidgets-" in name for name in names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    for package in ("@jupyterlab/notebook", "@jupyter-widgets/base", "pyodide", "ipython"):
        assert package in bundled

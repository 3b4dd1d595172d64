"""The few things in Firefox that everything else needs, at a server and on a site."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from wasmnb.cli import main

from .. import firefox
from ..site.conftest import build
from ..site.hosting import hosting
from ..site.test_offline import KEPT
from ..site.test_pyodide import COMPILED
from ..site.wheels import only, wheel
from .lab import write

pytestmark = pytest.mark.skipif(not firefox.path(), reason="There is no Firefox.")

# Runs all cells as soon as the notebook is there.
RUN = """async () => {
    const panel = window.jupyterapp?.shell.currentWidget;
    if (!panel?.content?.activeCell) return false;
    await panel.sessionContext.ready;
    void jupyterapp.commands.execute("notebook:run-all-cells");
    return true;
}"""
SHOWS = """(text) => [...document.querySelectorAll(".jp-OutputArea-output")].some(
    output => output.innerText.includes(text)
)"""

TOOLBOX = "def cut(wood):\n    raise ValueError('This wood is too hard.')\n"


@pytest.fixture(scope="module")
def tab() -> Iterator[firefox.FirefoxPage]:
    with firefox.firefox() as tab:
        yield tab


def shows(tab: firefox.FirefoxPage, text: str) -> None:
    """Wait until a cell has put out that."""
    tab.wait_for(f"({SHOWS})({text!r})")


def test_a_notebook_runs_and_is_interrupted(
    tab: firefox.FirefoxPage, address: str, folder: Path
) -> None:
    write(folder / "n.ipynb", "sum(range(10))", "print('begun', flush=True)\nwhile True: pass")
    tab.goto(address.replace("/lab?", "/notebooks/n.ipynb?"))
    tab.wait_for(f"({RUN})()")
    shows(tab, "45")
    shows(tab, "begun")
    tab.evaluate("void jupyterapp.commands.execute('notebook:interrupt-kernel')")
    shows(tab, "KeyboardInterrupt")


def test_a_cell_of_a_site_runs_where_it_is_read(tab: firefox.FirefoxPage, tmp_path: Path) -> None:
    write(tmp_path / "folder" / "n.ipynb", "sum(range(11))")
    build(tmp_path / "folder", tmp_path / "host" / "sub")
    with hosting(tmp_path / "host") as root:
        tab.goto(f"{root}sub/notebooks/n.html")
        tab.evaluate("document.querySelector('.code-cell button').click()")
        shows(tab, "55")
        tab.goto("about:blank")


def test_a_cell_of_a_site_finds_a_package_in_memory_also_without_a_network(
    tab: firefox.FirefoxPage, tmp_path: Path
) -> None:
    write(tmp_path / "folder" / "n.ipynb", "import toolbox\ntoolbox.cut('oak')")
    with only(tmp_path / "index") as index:
        wheel(index, "toolbox", files={"toolbox.py": TOOLBOX})
        site = build(tmp_path / "folder", tmp_path / "host" / "sub", is_baked=True)
    assert not [path for path in site.files() if "toolbox" in path]  # it is no package to load
    with hosting(tmp_path / "host") as root:
        tab.goto(f"{root}sub/notebooks/n.html")
        tab.evaluate("document.querySelector('.code-cell button').click()")
        shows(tab, "raise ValueError('This wood is too hard.')")
        tab.wait_for(f"({KEPT})().then(paths => paths.includes('/sub/site.json'))")
    tab.goto(f"{root}sub/notebooks/n.html")
    tab.evaluate("document.querySelector('.code-cell button').click()")
    shows(tab, "raise ValueError('This wood is too hard.')")


def test_a_compiled_package_is_in_the_memory_of_a_site(
    tab: firefox.FirefoxPage, tmp_path: Path
) -> None:
    begun = "import sys\nready = 'pydantic_core._pydantic_core' in sys.modules"
    used = "from pydantic import TypeAdapter\nready, TypeAdapter(int).validate_json('42')"
    write(tmp_path / "folder" / "n.ipynb", f"{begun}\n{used}")
    with only(tmp_path / "index") as index:
        copytree(COMPILED, index, dirs_exist_ok=True)
        build(tmp_path / "folder", tmp_path / "host" / "sub", is_baked=True)
    with hosting(tmp_path / "host") as root:
        tab.goto(f"{root}sub/notebooks/n.html")
        tab.evaluate("document.querySelector('.code-cell button').click()")
        shows(tab, "(True, 42)")
        tab.goto("about:blank")


def test_a_notebook_of_one_file_runs_from_a_disk(tab: firefox.FirefoxPage, tmp_path: Path) -> None:
    notebook = write(tmp_path / "n.ipynb", "sum(range(12))")
    main(["build", "--single-file", str(notebook), "-o", f"{tmp_path}/n.html"])
    tab.goto((tmp_path / "n.html").as_uri())
    tab.evaluate("document.querySelector('.code-cell button').click()")
    shows(tab, "66")

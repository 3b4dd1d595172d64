"""The few things in Firefox and WebKit that everything else needs, at a server and on a site."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from wasmnb.cli.main import main

from .. import firefox, webkit
from ..site.conftest import build
from ..site.hosting import hosting
from ..site.test_offline import KEPT
from ..site.test_pyodide import COMPILED
from ..site.wheels import only, wheel
from ..tab import Tab
from .lab import write

OTHERS = [
    pytest.param(
        firefox.firefox, id="firefox",
        marks=pytest.mark.skipif(not firefox.path(), reason="There is no Firefox."),
    ),
    pytest.param(
        webkit.webkit, id="webkit",
        marks=pytest.mark.skipif(not webkit.is_there(), reason="There is no WebKit."),
    ),
]  # fmt: skip

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

PRESS = "document.querySelector('.code-cell button').click()"

TOOLBOX = "def cut(wood):\n    raise ValueError('This wood is too hard.')\n"


@pytest.fixture(scope="module", params=OTHERS)
def tab(request: pytest.FixtureRequest) -> Iterator[Tab]:
    with request.param() as tab:
        yield tab


def shows(tab: Tab, text: str) -> None:
    """Wait until a cell has put out that."""
    tab.wait_for(f"({SHOWS})({text!r})")


def puts_out(tab: Tab, url: str, text: str) -> None:
    """Run the first cell of a page for readers, and wait until it has put out that."""
    tab.goto(url)
    tab.evaluate(PRESS)
    shows(tab, text)


def interrupted(tab: Tab) -> None:
    """Interrupt a cell once it has begun."""
    shows(tab, "begun")
    tab.evaluate("void jupyterapp.commands.execute('notebook:interrupt-kernel')")
    shows(tab, "KeyboardInterrupt")


def test_a_notebook_runs_and_is_interrupted(tab: Tab, address: str, folder: Path) -> None:
    waits = "import asyncio\nprint('begun', flush=True)\nawait asyncio.sleep(600)"
    write(folder / "n.ipynb", "sum(range(10))", waits)
    tab.goto(address.replace("/lab?", "/notebooks/n.ipynb?"))
    tab.wait_for(f"({RUN})()")
    shows(tab, "45")
    interrupted(tab)


def test_busy_code_is_interrupted(tab: Tab, address: str, folder: Path) -> None:
    write(folder / "n.ipynb", "print('begun', flush=True)\nwhile True: pass")
    tab.goto(address.replace("/lab?", "/notebooks/n.ipynb?"))
    if not tab.evaluate("'SharedArrayBuffer' in globalThis"):
        pytest.skip("This browser has no memory that a page and Python share: WebKit for GTK.")
    tab.wait_for(f"({RUN})()")
    interrupted(tab)


def test_a_cell_of_a_site_finds_a_package_in_memory_also_without_a_network(
    tab: Tab, baked: Path
) -> None:
    with hosting(baked) as root:
        puts_out(tab, f"{root}sub/notebooks/n.html", "raise ValueError('This wood is too hard.')")
        tab.wait_for(f"({KEPT})().then(paths => paths.includes('/sub/site.json'))")
    puts_out(tab, f"{root}sub/notebooks/n.html", "raise ValueError('This wood is too hard.')")


@pytest.fixture(scope="module")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("baked")
    write(folder / "folder" / "n.ipynb", "import toolbox\ntoolbox.cut('oak')")
    with only(folder / "index") as index:
        wheel(index, "toolbox", files={"toolbox.py": TOOLBOX})
        site = build(folder / "folder", folder / "host" / "sub", is_baked=True)
    assert not [path for path in site.files() if "toolbox" in path]  # it is no package to load
    return folder / "host"


def test_a_compiled_package_is_in_the_memory_of_a_site(tab: Tab, compiled: Path) -> None:
    with hosting(compiled) as root:
        puts_out(tab, f"{root}sub/notebooks/n.html", "(True, 42)")
        tab.goto("about:blank")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    begun = "import sys\nready = 'pydantic_core._pydantic_core' in sys.modules"
    used = "from pydantic import TypeAdapter\nready, TypeAdapter(int).validate_json('42')"
    write(folder / "folder" / "n.ipynb", f"{begun}\n{used}")
    with only(folder / "index") as index:
        copytree(COMPILED, index, dirs_exist_ok=True)
        build(folder / "folder", folder / "host" / "sub", is_baked=True)
    return folder / "host"


def test_a_notebook_of_one_file_runs_from_a_disk_or_says_why_not(tab: Tab, one_file: Path) -> None:
    tab.goto(one_file.as_uri())
    tab.evaluate(PRESS)
    if isinstance(tab, firefox.FirefoxTab):
        shows(tab, "66")
        return
    sentence = "This browser does not let a page that was opened from a disk"
    tab.wait_for(f"document.body.innerText.includes({sentence!r})")
    with hosting(one_file.parent) as root:
        puts_out(tab, f"{root}{one_file.name}", "66")
        tab.goto("about:blank")


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a cell that comes to 66."""
    folder = tmp_path_factory.mktemp("one")
    notebook = write(folder / "n.ipynb", "sum(range(12))")
    main(["build", "--single-file", str(notebook), "-o", f"{folder}/n.html"])
    return folder / "n.html"

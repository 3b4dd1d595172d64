"""The few things that everything else needs, at a server and on a site, in any browser engine.

A file for each engine takes these tests over, so that the engines are tested side by side.
"""

from pathlib import Path

import pytest

from ..browser.lab import write
from ..site.hosting import hosting
from ..site.test_offline import KEPT
from .firefox import FirefoxTab
from .tab import Tab

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


def test_a_compiled_package_is_in_the_memory_of_a_site(tab: Tab, compiled: Path) -> None:
    with hosting(compiled) as root:
        puts_out(tab, f"{root}sub/notebooks/n.html", "(True, 42)")
        tab.goto("about:blank")


def test_a_notebook_of_one_file_runs_from_a_disk_or_says_why_not(tab: Tab, one_file: Path) -> None:
    tab.goto(one_file.as_uri())
    tab.evaluate(PRESS)
    if isinstance(tab, FirefoxTab):
        shows(tab, "66")
        return
    sentence = "This browser does not let a page that was opened from a disk"
    tab.wait_for(f"document.body.innerText.includes({sentence!r})")
    with hosting(one_file.parent) as root:
        puts_out(tab, f"{root}{one_file.name}", "66")
        tab.goto("about:blank")

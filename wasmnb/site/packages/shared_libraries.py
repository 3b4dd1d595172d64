"""Shared libraries of the packages in a snapshot: separate files, which workers compile.

They are downloaded in parallel with the snapshot; the manifest maps each to its path in a package.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from wasmnb.site.packages.archive import Files
from wasmnb.site.packages.download_cache import write_atomically

SHARED = ".so"


def select(library: Files, useless: Collection[str] = ()) -> dict[str, bytes]:
    """The shared libraries among the files of a library, except unused ones."""
    return {
        path: data
        for path, data in sorted(library.items())
        if path.endswith(SHARED) and path not in useless
    }


def write_numbered(libraries: Files, folder: Path) -> dict[str, str]:
    """Writes them to a local folder; returns the file of each."""
    files = {path: folder / f"{number}.wasm" for number, path in enumerate(libraries)}
    for path, file in files.items():
        write_atomically(file, libraries[path])
    return {path: str(file) for path, file in files.items()}


def publish(libraries: Files, folder: Path) -> Mapping[str, Any]:
    """Writes them to a runtime folder; returns their entries in the manifest."""
    entries = {}
    for path, data in libraries.items():
        # With this extension, hosts send the media type that lets browsers compile while streaming.
        name = f"{Path(path).name.partition('.')[0]}.{sha256(data).hexdigest()[:16]}.wasm"
        write_atomically(folder / name, data)
        entries[path] = {"path": name, "bytes": len(data)}
    return entries

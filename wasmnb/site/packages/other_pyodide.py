"""Builds the runtime for another Pyodide release: its Python with our kernel, in pure Python.

The folder is like the one that build/kernel/assets.py makes, but has no snapshot. That Python
compiles the byte code itself. The result is cached, because this takes a while.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from platformdirs import user_cache_path

from wasmnb.errors import Unusable
from wasmnb.manifest import PACKED, PACKING
from wasmnb.site.packages import archive
from wasmnb.site.packages.archive import Files
from wasmnb.site.packages.bundled import BundledAssets, Package
from wasmnb.site.packages.bytecode import (
    STDLIB,
    Tree,
    makers_digest,
    repack,
    wheel_tree,
    with_bytecode,
)
from wasmnb.site.packages.distribution import LOCK, Distribution
from wasmnb.site.packages.download_cache import new_folder, write_atomically
from wasmnb.site.packages.kernel_lock import wheel_path
from wasmnb.site.packages.preinstalled import SITE, home

SCRIPTS = ("worker.js", "prestart.js")
LOADER, PROGRAM = "pyodide.mjs", "pyodide.asm.wasm"
RUNTIMES = ("pyodide.asm.mjs", "pyodide.asm.js")  # it became a module with Pyodide 314
CORE = "wasmnb-kernel"
# A part of Python's library that some releases have as a package; IPython's history uses it.
LIBRARY = ("sqlite3",)


class OtherPyodide:
    """The runtime of a distribution of another release, with our kernel."""

    def __init__(self, bundled: BundledAssets, distribution: Distribution) -> None:
        self._bundled = bundled
        self._distribution = distribution
        self._python = str(distribution.info["python"])

    def folder(self, progress: Callable[[str], None]) -> Path:
        """Its folder in the cache; built if it is not there."""
        program = {name: self._theirs(name) for name in (LOADER, PROGRAM, STDLIB)}
        program |= self._runtime()
        parts = [*program.values(), json.dumps(self._bundled.manifest).encode()]
        parts += [self._distribution.sha256.encode(), makers_digest(__name__).encode()]
        digest_of_inputs = sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()
        folder = user_cache_path("wasmnb") / "pyodides" / digest_of_inputs
        if not folder.is_dir():
            progress(
                f"Compiling a kernel for Python {self._python}, which is kept for later builds"
            )
            with new_folder(folder) as unfinished:
                self._make(unfinished / "pyodide", program)
        return folder / "pyodide"

    def _make(self, folder: Path, program: Files) -> None:
        """Builds the runtime into a folder."""
        packages = {it.name: it.files for it in self._packages()}
        wheels = dict(self._wheels())
        base = home(self._python)
        site = f"{base}/{SITE}"
        trees = {
            STDLIB: Tree(archive.unpack(program[STDLIB]), base, "TIMESTAMP"),
            **{name: Tree(files, site, "TIMESTAMP") for name, files in packages.items()},
            **{name: wheel_tree(files, self._python) for name, files in wheels.items()},
        }
        compiled = with_bytecode({**program, LOCK: self._lock({})}, trees)
        lock = {name: repack(compiled[name]) for name in wheels}
        library = compiled[STDLIB]
        for name in packages.keys() - {CORE}:
            library |= in_site(compiled[name])
        assets = {
            **{name: self._bundled.read(name) for name in SCRIPTS},
            **{name: data for name, data in program.items() if name != STDLIB},
            **archive.split(library),
            "core.zip": archive.pack(in_site(compiled[CORE])),
            "lock.json": self._lock(lock),
        }
        for name, data in lock.items():
            write_atomically(folder / wheel_path(name, sha256(data).hexdigest()), data)
        publish(assets, self._distribution.info.get("version"), folder)

    def _packages(self) -> Iterator[Package]:
        """The packages of the kernel."""
        yield from map(self._fitting, self._bundled.packages())
        for name in LIBRARY:
            if name in self._distribution.entries:
                yield self._own(name)

    def _wheels(self) -> Iterator[tuple[str, Files]]:
        """Our wheels that are compatible with this Python, by file name."""
        for entry in self._bundled.lock["packages"].values():
            wheel = self._bundled.folder / entry["file_name"]
            package = Package(without_bytecode(archive.unpack(wheel.read_bytes())))
            if package.pythons.contains(self._python):
                yield wheel.name, package.files

    def _lock(self, wheels: Files) -> bytes:
        """The lock file of those wheels."""
        packages = {}
        for name, entry in self._bundled.lock["packages"].items():
            file = PurePosixPath(entry["file_name"]).name
            if file in wheels:
                digest = sha256(wheels[file]).hexdigest()
                packages[name] = {**entry, "file_name": wheel_path(file, digest), "sha256": digest}
        return json.dumps({"info": self._distribution.info, "packages": packages}).encode()

    def _runtime(self) -> Files:
        for name in RUNTIMES[:-1]:
            try:
                return {name: self._distribution.read(name)}
            except Unusable:
                continue
        return {RUNTIMES[-1]: self._theirs(RUNTIMES[-1])}

    def _theirs(self, name: str) -> bytes:
        """A file of Pyodide itself."""
        distribution = self._distribution
        info, bundled = distribution.info, self._bundled.lock["info"]
        try:
            return self._distribution.read(name)
        except Unusable as error:
            raise Unusable(
                f"The distribution in {distribution.location} is for Python {info['python']} (ABI "
                f"{info['abi_version']}), so the site's kernel is to be its Python, and {name} is "
                f"not there. Name a whole distribution of that Pyodide, or one for Python "
                f"{bundled['python']} (ABI {bundled['abi_version']}), which only has to have the "
                "packages."
            ) from error

    def _fitting(self, package: Package) -> Package:
        """The package, or the distribution's own if ours does not support this Python."""
        if package.pythons.contains(self._python):
            return package
        if package.name != CORE and package.name in self._distribution.entries:
            return self._own(package.name)
        raise Unusable(
            f"The distribution in {self._distribution.location} has Python {self._python}, and "
            f"the kernel's {package.name} needs Python {package.pythons}. Name a distribution of a "
            "Pyodide release that fits."
        )

    def _own(self, name: str) -> Package:
        return Package(archive.unpack(self._distribution.package(name)))


def without_bytecode(files: Files) -> Files:
    return {name: data for name, data in files.items() if not name.endswith(".pyc")}


def in_site(wheel: Files) -> dict[str, bytes]:
    """A package's files under their paths in Python's library."""
    return {SITE + name: data for name, data in archive.recorded(wheel).items()}


def publish(
    assets: Files, pyodide: str | None, folder: Path, libraries: Mapping[str, Any] | None = None
) -> None:
    """Writes assets under names that contain their hash, and a manifest."""
    files = {}
    for name, data in assets.items():
        stem, _, suffix = name.rpartition(".")
        path = f"{stem}.{sha256(data).hexdigest()[:16]}.{suffix}"
        write_atomically(folder / path, data)
        if name in PACKED:
            write_atomically(folder / f"{path}{PACKING}", gzip.compress(data, mtime=0))
        files[name] = {"path": path, "bytes": len(data)}
    manifest = {"pyodide": pyodide, "files": files, "libraries": libraries or {}}
    write_atomically(folder / "manifest.json", json.dumps(manifest, indent=2).encode())

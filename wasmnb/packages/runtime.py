"""What the kernels of a site start from: our own assets, or those made here for another Pyodide.

A distribution of the release that wasmnb was built for only adds packages to it. One of another
release brings its own Python; our kernel is laid down beside it, as it is pure Python. The folder
is like the one that build/kernel.py makes, but without byte code and without a snapshot.
"""

import gzip
import io
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from platformdirs import user_cache_path

from wasmnb.listen import Unusable
from wasmnb.packages.distribution import Distribution, read
from wasmnb.packages.kernel import ARCHIVES, SITE
from wasmnb.page import PACKED, PACKING

OURS = ("worker.js", "early.js")
LOADER, PROGRAM, STDLIB = "pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip"
RUNTIMES = ("pyodide.asm.mjs", "pyodide.asm.js")  # it became a module with Pyodide 314
CORE = "wasmnb-kernel"
# A part of Python's library that some releases have as a package; IPython's history uses it.
LIBRARY = ("sqlite3",)

Files = Mapping[str, bytes]


def runtime(assets: Path, given: Distribution | None) -> Path:
    """The folder that a site's kernels start from; Unusable if a distribution is no good for it."""
    ours = Ours(assets / "pyodide")
    if given is None or fits(given, ours.lock["info"]):
        return ours.folder
    return Other(ours, given).folder()


def fits(given: Distribution, info: Mapping[str, Any]) -> bool:
    """Whether its packages can be loaded by a kernel for which a lock file says that."""
    theirs, ours = ((python(each), each["abi_version"]) for each in (given.info, info))
    return theirs == ours


def python(info: Mapping[str, Any]) -> str:
    return ".".join(str(info["python"]).split(".")[:2])


class Ours:
    """Our own assets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.lock = json.loads(self.read("lock.json"))

    def read(self, name: str) -> bytes:
        path: str = self.manifest["files"][name]["path"]
        return (self.folder / path).read_bytes()

    def packages(self) -> Iterator["Package"]:
        """What the kernel consists of, but for Python's own library."""
        files: dict[str, bytes] = {}
        for name in ARCHIVES:
            files |= unzipped(self.read(name))
        for name in sorted(files):
            if name.startswith(SITE) and name.endswith(".dist-info/RECORD"):
                listed = (line.partition(",")[0] for line in files[name].decode().splitlines())
                own = {each: files[SITE + each] for each in listed if not each.endswith(".pyc")}
                yield Package(own)


@dataclass(frozen=True)
class Package:
    """A package, as its files lie in a folder of packages."""

    files: Files

    @property
    def name(self) -> str:
        return canonicalize_name(self._metadata["Name"])

    @property
    def pythons(self) -> SpecifierSet:
        """The Pythons that it works with."""
        return SpecifierSet(self._metadata["Requires-Python"] or "")

    @property
    def _metadata(self) -> Message:
        [name] = (it for it in self.files if it.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(self.files[name].decode(errors="replace"))

    def laid(self) -> Files:
        """Its files in Python's library, with a RECORD of no others."""
        record = "".join(f"{name},,\n" for name in sorted(self.files)).encode()
        return {
            SITE + name: record if name.endswith(".dist-info/RECORD") else data
            for name, data in self.files.items()
        }


class Other:
    """What is made for another Pyodide of its distribution and of our assets."""

    def __init__(self, ours: Ours, given: Distribution) -> None:
        self._ours = ours
        self._given = given
        self._python = str(given.info["python"])

    def folder(self) -> Path:
        """Where it is; made unless it was before."""
        program = {name: self._theirs(name) for name in (LOADER, PROGRAM, STDLIB)}
        program |= self._runtime()
        parts = [*program.values(), json.dumps(self._ours.manifest).encode()]
        made_from = b"".join(
            sha256(part).digest() for part in [*parts, self._given.sha256.encode()]
        )
        place = user_cache_path("wasmnb") / "pyodides" / sha256(made_from).hexdigest()
        if not place.is_dir():
            unfinished = place.with_name(f"{place.name}.new")
            shutil.rmtree(unfinished, ignore_errors=True)
            self._make(unfinished / "pyodide", program)
            unfinished.rename(place)
        return place / "pyodide"

    def _make(self, folder: Path, program: Files) -> None:
        assets = {name: self._ours.read(name) for name in OURS}
        assets |= {name: data for name, data in program.items() if name != STDLIB}
        packages = [self._fitting(package) for package in self._ours.packages()]
        library = unzipped(program[STDLIB])
        for package in [*packages, *self._apart()]:
            if package.name != CORE:
                library |= package.laid()
        [core] = (package for package in packages if package.name == CORE)
        assets |= {"library.zip": zipped(library), "core.zip": zipped(core.laid())}
        assets["sources.zip"] = zipped({})  # all is in the library
        assets["lock.json"] = self._lock(folder)
        files = {}
        for name, data in assets.items():
            stem, _, suffix = name.rpartition(".")
            path = f"{stem}.{sha256(data).hexdigest()[:16]}.{suffix}"
            put(folder / path, data)
            if name in PACKED:
                put(folder / f"{path}{PACKING}", gzip.compress(data, mtime=0))
            files[name] = {"path": path, "bytes": len(data)}
        manifest = {"pyodide": self._given.info.get("version"), "files": files}
        put(folder / "manifest.json", json.dumps(manifest, indent=2).encode())

    def _lock(self, folder: Path) -> bytes:
        """The lock file for our wheels that work with this Python; they are put beside it."""
        packages = {}
        for name, entry in self._ours.lock["packages"].items():
            wheel = self._ours.folder / entry["file_name"]
            if Package(unzipped(wheel.read_bytes())).pythons.contains(self._python):
                packages[name] = entry
                put(folder / entry["file_name"], wheel.read_bytes())
        return json.dumps({"info": self._given.info, "packages": packages}).encode()

    def _runtime(self) -> Files:
        for name in RUNTIMES[:-1]:
            try:
                return {name: read(self._given.url(name))}
            except Unusable:
                continue
        return {RUNTIMES[-1]: self._theirs(RUNTIMES[-1])}

    def _theirs(self, name: str) -> bytes:
        """A file of Pyodide itself."""
        info = self._given.info
        try:
            return read(self._given.url(name))
        except Unusable as error:
            raise Unusable(
                f"The distribution in {self._given.place} is for Python {info['python']} (ABI "
                f"{info['abi_version']}), so the site's kernel is to be its Python, and {name} is "
                f"not there. Name a whole distribution of that Pyodide, or one for Python "
                f"{self._ours.lock['info']['python']} (ABI "
                f"{self._ours.lock['info']['abi_version']}), which only has to have the packages."
            ) from error

    def _fitting(self, package: Package) -> Package:
        """The package, or the distribution's own where ours is for other Pythons."""
        if package.pythons.contains(self._python):
            return package
        if package.name != CORE and package.name in self._given.entries:
            return self._own(package.name)
        raise Unusable(
            f"The distribution in {self._given.place} has Python {self._python}, and the kernel's "
            f"{package.name} needs Python {package.pythons}. Name a distribution of a Pyodide "
            "release that fits."
        )

    def _apart(self) -> Iterator[Package]:
        for name in LIBRARY:
            if name in self._given.entries:
                yield self._own(name)

    def _own(self, name: str) -> Package:
        return Package(unzipped(self._given.package(name)))


def unzipped(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def zipped(files: Files) -> bytes:
    """Stored, as the worker lays files down as they are; hosts compress the whole."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, data in sorted(files.items()):
            archive.writestr(ZipInfo(name), data)
    return buffer.getvalue()


def put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)

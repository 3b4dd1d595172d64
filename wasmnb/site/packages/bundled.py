"""The runtime that wasmnb brings: Pyodide, the kernel and its packages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from wasmnb.site.packages.archive import Files, unpack
from wasmnb.site.packages.preinstalled import ARCHIVES, SITE


class BundledAssets:
    """The files of that runtime, by their names in its manifest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        self.lock = json.loads(self.read("lock.json"))

    def read(self, name: str) -> bytes:
        path: str = self.manifest["files"][name]["path"]
        return (self.folder / path).read_bytes()

    def packages(self) -> Iterator["Package"]:
        """The packages of the kernel; not the standard library."""
        files: dict[str, bytes] = {}
        for name in ARCHIVES:
            files |= unpack(self.read(name))
        for name in sorted(files):
            if name.startswith(SITE) and name.endswith(".dist-info/RECORD"):
                listed = (line.partition(",")[0] for line in files[name].decode().splitlines())
                own = {each: files[SITE + each] for each in listed if not each.endswith(".pyc")}
                yield Package(own)


@dataclass(frozen=True)
class Package:
    """An installed package: its files in site-packages."""

    files: Files

    @property
    def name(self) -> str:
        return canonicalize_name(self._metadata["Name"])

    @property
    def pythons(self) -> SpecifierSet:
        """Requires-Python."""
        return SpecifierSet(self._metadata["Requires-Python"] or "")

    @property
    def _metadata(self) -> Message:
        [name] = (it for it in self.files if it.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(self.files[name].decode(errors="replace"))

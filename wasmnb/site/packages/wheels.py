"""Wheels: their names, contents and requirements, and the cache of downloaded ones."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, NormalizedName, parse_wheel_filename
from packaging.version import Version
from platformdirs import user_cache_path

from wasmnb.errors import Unusable
from wasmnb.site.packages.download_cache import UNFINISHED, write_atomically
from wasmnb.site.packages.preinstalled import TargetKernel, modules


@dataclass(frozen=True)
class Wheel:
    """A wheel file."""

    path: Path

    @property
    def name(self) -> NormalizedName:
        return self._parsed[0]

    @property
    def version(self) -> str:
        return str(self._parsed[1])

    @property
    def tags(self) -> frozenset[Tag]:
        """Its compatibility tags."""
        return self._parsed[3]

    @cached_property
    def sha256(self) -> str:
        return file_sha256(self.path)

    @cached_property
    def modules(self) -> list[str]:
        """Its top-level modules."""
        return sorted(set(modules(self._names)))

    @cached_property
    def requirements(self) -> list[Requirement]:
        """Its requirements, with their environment markers."""
        [metadata] = [name for name in self._names if name.endswith(".dist-info/METADATA")][:1]
        with ZipFile(self.path) as archive:
            headers = HeaderParser().parsestr(archive.read(metadata).decode(errors="replace"))
        return [Requirement(each) for each in headers.get_all("Requires-Dist", [])]

    @cached_property
    def _names(self) -> list[str]:
        try:
            with ZipFile(self.path) as archive:
                return archive.namelist()
        except BadZipFile as error:
            raise Unusable(f"{self.path.name} is no wheel, or a damaged one: {error}.") from error

    @cached_property
    def _parsed(self) -> tuple[NormalizedName, Version, object, frozenset[Tag]]:
        try:
            return parse_wheel_filename(self.path.name)
        except InvalidWheelFilename as error:
            raise Unusable(f"{self.path.name} has no name for a wheel: {error}.") from error


class WheelCache:
    """The cache of downloaded packages, by hash."""

    def __init__(self) -> None:
        self._folder = user_cache_path("wasmnb") / "wheels"

    def find(self, sha256: str) -> Path | None:
        """The file with that hash, which is verified."""
        found = self._folder.joinpath(sha256).glob("*")
        whole = (file for file in found if file.suffix != UNFINISHED)
        return next((file for file in whole if file_sha256(file) == sha256), None)

    def add(self, file: Path) -> Path:
        """Copies a package into the cache."""
        file_in_cache = self._folder / file_sha256(file) / file.name
        write_atomically(file_in_cache, file.read_bytes())
        return file_in_cache


def file_sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def newest_fitting(wheels: Iterable[Wheel], kernel: TargetKernel) -> list[Wheel]:
    """The newest wheel of each package that is compatible with the kernel."""
    version = tuple(map(int, kernel.python.split(".")[:2]))
    abi = f"cp{version[0]}{version[1]}"
    platforms = list(kernel.platforms)
    fitting = {*cpython_tags(version, [abi], platforms), *compatible_tags(version, abi, platforms)}
    found: dict[str, Wheel] = {}
    for wheel in sorted(wheels, key=lambda wheel: (Version(wheel.version), wheel.path)):
        if wheel.tags & fitting:
            found[wheel.name] = wheel
    return list(found.values())

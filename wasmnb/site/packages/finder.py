"""Finds a site's packages: those of the lock file while it is valid, else newly resolved ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wasmnb.errors import Unusable
from wasmnb.site.config import LOCK
from wasmnb.site.packages.lock import Lock, Locked
from wasmnb.site.packages.pip import Unresolved, download
from wasmnb.site.packages.resolve import Resolver, Sources
from wasmnb.site.packages.wheels import Wheel, WheelCache, file_sha256


@dataclass(frozen=True)
class Resolution:
    """The lock, and the files of its packages."""

    lock: Lock
    files: Mapping[Locked, Path]


class Finder:
    """Finds packages, preferring the versions of an earlier lock."""

    def __init__(self, sources: Sources, before: Lock | None) -> None:
        self._sources = sources
        self._locked_before = before
        self._cache = WheelCache()

    def find(self, inputs: list[str], requirements: list[str], modules: list[str]) -> Resolution:
        """The packages for requirements and modules; `inputs` tell whether the lock is valid."""
        if self._locked_before and self._locked_before.asked == inputs:
            return Resolution(
                self._locked_before, self._files_of(self._locked_before, requirements)
            )
        return self._resolve(inputs, requirements, modules)

    def _resolve(
        self, inputs: list[str], requirements: list[str], modules: list[str]
    ) -> Resolution:
        previous = self._locked_before.packages if self._locked_before else ()
        preferred = [f"{package.name}=={package.version}" for package in previous]
        unavailable = self._sources.unavailable
        with TemporaryDirectory(prefix="wasmnb-packages-") as work:
            resolver = Resolver(self._sources, preferred, Path(work))
            wheels, unmet = resolver.resolve(
                requirements, (it for it in modules if it not in unavailable)
            )
            files = {locked(wheel): self._cache.add(wheel.path) for wheel in wheels}
            files |= self._libraries(files, Path(work))
        found = dict(sorted(files.items(), key=lambda item: item[0].name))
        unmet += (it for it in modules if it in unavailable)
        return Resolution(Lock(inputs, list(found), sorted(unmet)), found)

    def _libraries(self, packages: Iterable[Locked], work: Path) -> dict[Locked, Path]:
        """Dependencies that only the distribution's lock file names: shared libraries."""
        distribution = self._sources.distribution
        if distribution is None:
            return {}
        has = {package.name for package in packages}
        of_distribution = [
            it.name for it in packages if distribution.sha256_of(it.name) == it.sha256
        ]
        found = {}
        for name in distribution.with_libraries(of_distribution):
            if name not in has and name not in self._sources.kernel.versions:
                file = self._cache.add(distribution.fetch(name, work))
                version = str(distribution.entries[name]["version"])
                found[Locked(name, version, file.name, file_sha256(file))] = file
        return found

    def _files_of(self, lock: Lock, requirements: Iterable[str]) -> dict[Locked, Path]:
        """The files of locked packages: local, cached, or downloaded again."""
        files = {package: self._local_file(package) for package in lock.packages}
        lacking = [package for package, file in files.items() if file is None]
        fetched = self._fetched(lacking, requirements) if lacking else {}
        return {package: file or fetched[package] for package, file in files.items()}

    def _local_file(self, package: Locked) -> Path | None:
        wheel = self._sources.local.get(package.name)
        if wheel and wheel.sha256 == package.sha256:
            return wheel.path
        return self._cache.find(package.sha256)

    def _fetched(self, packages: list[Locked], requirements: Iterable[str]) -> dict[Locked, Path]:
        distribution = self._sources.distribution
        with TemporaryDirectory(prefix="wasmnb-packages-") as work:
            folder = Path(work)
            of_index = []
            found = {}
            for package in packages:
                if distribution and distribution.sha256_of(package.name) == package.sha256:
                    found[package] = self._cache.add(distribution.fetch(package.name, folder))
                else:
                    of_index.append(package)
            return found | self._of_index(of_index, requirements, folder)

    def _of_index(
        self, packages: list[Locked], requirements: Iterable[str], folder: Path
    ) -> dict[Locked, Path]:
        """Downloads from the package index; pip verifies the hashes."""
        parsed = map(Requirement, requirements)
        urls = {str(canonicalize_name(it.name)): it.url for it in parsed if it.url}
        lines = [
            f"{it.name}{f' @ {urls[it.name]}' if it.name in urls else f'=={it.version}'} "
            f"--hash=sha256:{it.sha256}"
            for it in packages
        ]
        kernel = self._sources.kernel
        options = ("--no-deps", "--require-hashes")
        try:
            paths = download(kernel, lines, (), folder / "locked", *options) if lines else []
        except Unresolved as error:
            raise Unusable(
                f"The packages in {LOCK} cannot be had as they were. --upgrade looks for others. "
                f"pip says:\n{error}"
            ) from error
        by_hash = {file_sha256(path): self._cache.add(path) for path in paths}
        return {package: by_hash[package.sha256] for package in packages}


def locked(wheel: Wheel) -> Locked:
    return Locked(wheel.name, wheel.version, wheel.path.name, wheel.sha256)

"""Finds a site's packages: those of the lock where it still answers what is asked, else anew."""

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
from wasmnb.site.packages.wheels import Cache, Wheel, hashed


@dataclass(frozen=True)
class Found:
    """What the lock is to say, and the files of its packages."""

    lock: Lock
    files: Mapping[Locked, Path]


class Finder:
    """Finds packages, with the help of what an earlier build has noted."""

    def __init__(self, sources: Sources, before: Lock | None) -> None:
        self._sources = sources
        self._before = before
        self._cache = Cache()

    def find(self, asked: list[str], named: list[str], modules: list[str]) -> Found:
        """The packages for the requirements and modules that `asked` sums up."""
        if self._before and self._before.asked == asked:
            return Found(self._before, self._locked(self._before, named))
        return self._anew(asked, named, modules)

    def _anew(self, asked: list[str], named: list[str], modules: list[str]) -> Found:
        kept = self._before.packages if self._before else ()
        preferred = [f"{package.name}=={package.version}" for package in kept]
        absent = self._sources.absent
        with TemporaryDirectory(prefix="wasmnb-packages-") as work:
            resolver = Resolver(self._sources, preferred, Path(work))
            wheels, unmet = resolver.resolve(named, (it for it in modules if it not in absent))
            files = {entry(wheel): self._cache.keep(wheel.path) for wheel in wheels}
            files |= self._libraries(files, Path(work))
        found = dict(sorted(files.items(), key=lambda item: item[0].name))
        unmet += (it for it in modules if it in absent)
        return Found(Lock(asked, list(found), sorted(unmet)), found)

    def _libraries(self, packages: Iterable[Locked], work: Path) -> dict[Locked, Path]:
        """What packages of a distribution need, but do not name as wheels do: shared libraries."""
        given = self._sources.distribution
        if given is None:
            return {}
        has = {package.name for package in packages}
        theirs = [it.name for it in packages if given.sha256_of(it.name) == it.sha256]
        found = {}
        for name in given.with_libraries(theirs):
            if name not in has and name not in self._sources.kernel.versions:
                file = self._cache.keep(given.fetch(name, work))
                version = str(given.entries[name]["version"])
                found[Locked(name, version, file.name, hashed(file))] = file
        return found

    def _locked(self, lock: Lock, named: Iterable[str]) -> dict[Locked, Path]:
        """The files of locked packages, from this disk or from where they were before."""
        files = {package: self._here(package) for package in lock.packages}
        lacking = [package for package, file in files.items() if file is None]
        fetched = self._fetched(lacking, named) if lacking else {}
        return {package: file or fetched[package] for package, file in files.items()}

    def _here(self, package: Locked) -> Path | None:
        wheel = self._sources.local.get(package.name)
        if wheel and wheel.sha256 == package.sha256:
            return wheel.path
        return self._cache.find(package.sha256)

    def _fetched(self, packages: list[Locked], named: Iterable[str]) -> dict[Locked, Path]:
        given = self._sources.distribution
        with TemporaryDirectory(prefix="wasmnb-packages-") as work:
            folder = Path(work)
            of_index = []
            found = {}
            for package in packages:
                if given and given.sha256_of(package.name) == package.sha256:
                    found[package] = self._cache.keep(given.fetch(package.name, folder))
                else:
                    of_index.append(package)
            return found | self._of_index(of_index, named, folder)

    def _of_index(
        self, packages: list[Locked], named: Iterable[str], folder: Path
    ) -> dict[Locked, Path]:
        """From the package index; pip holds each to its hash."""
        asked = map(Requirement, named)
        urls = {str(canonicalize_name(it.name)): it.url for it in asked if it.url}
        lines = [
            f"{it.name}{f' @ {urls[it.name]}' if it.name in urls else f'=={it.version}'} "
            f"--hash=sha256:{it.sha256}"
            for it in packages
        ]
        kernel = self._sources.kernel
        how = ("--no-deps", "--require-hashes")
        try:
            paths = download(kernel, lines, (), folder / "locked", *how) if lines else []
        except Unresolved as error:
            raise Unusable(
                f"The packages in {LOCK} cannot be had as they were. --upgrade looks for others. "
                f"pip says:\n{error}"
            ) from error
        by_hash = {hashed(path): self._cache.keep(path) for path in paths}
        return {package: by_hash[package.sha256] for package in packages}


def entry(wheel: Wheel) -> Locked:
    return Locked(wheel.name, wheel.version, wheel.path.name, wheel.sha256)

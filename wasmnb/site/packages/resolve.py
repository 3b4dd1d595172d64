"""Which packages meet what is wanted, and what cannot be met."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from zipfile import ZipFile

from packaging.utils import canonicalize_name

from wasmnb.errors import Unusable
from wasmnb.site.packages.distribution import Distribution
from wasmnb.site.packages.pip import Unresolved, download
from wasmnb.site.packages.preinstalled import TargetKernel
from wasmnb.site.packages.wheels import Wheel

# Modules of packages that are called otherwise; a wheel in the folder is asked first.
PACKAGE_OF_MODULE: Mapping[str, str] = {
    "Bio": "biopython",
    "Crypto": "pycryptodome",
    "IPython": "ipython",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "jwt": "pyjwt",
    "mpl_toolkits": "matplotlib",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "pylab": "matplotlib",
    "ruamel": "ruamel.yaml",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}


@dataclass(frozen=True)
class Sources:
    """Where packages come from before the package index is asked."""

    kernel: TargetKernel
    local: Mapping[str, Wheel]
    """Wheels of the folder, and of projects."""
    distribution: Distribution | None

    @property
    def unavailable(self) -> frozenset[str]:
        """Modules of Python's library that can be had nowhere: no package of an index has them."""
        given = self.distribution.modules if self.distribution else ()
        return sys.stdlib_module_names.difference(self.kernel.modules, given)

    def package_of(self, module: str) -> str:
        """The package that probably has a module."""
        having = (name for name, wheel in self.local.items() if module in wheel.modules)
        local = next(having, None)
        known = self.distribution and self.distribution.provider(module)
        return local or known or PACKAGE_OF_MODULE.get(module, canonicalize_name(module))

    def constraints(self, folder: Path) -> Iterator[str]:
        """What comes from here rather than from the index, as requirements with addresses."""
        named = dict(requirement(each) for each in (self.distribution or NO_DISTRIBUTION).wheels())
        named |= {name: wheel.path.as_uri() for name, wheel in self.local.items()}
        named |= {name: stub(name, at, folder) for name, at in self.kernel.versions.items()}
        return (f"{name} @ {url}" for name, url in named.items())


NO_DISTRIBUTION = Distribution("", {}, {}, "")


def requirement(text: str) -> tuple[str, str]:
    name, _, url = text.partition(" @ ")
    return canonicalize_name(name), url


def stub(name: str, version: str, folder: Path) -> str:
    """Where an empty wheel is that stands for what the kernel has: it and its needs are met."""
    stem = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(f"{stem}.dist-info/METADATA", about)
        archive.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path.as_uri()


class Resolver:
    """Asks pip, as often as it takes to tell what can be had."""

    def __init__(self, sources: Sources, preferred: Iterable[str], work: Path) -> None:
        self._sources = sources
        self._preferred = tuple(preferred)
        self._work = work
        self._numbers = count()
        stubs = work / "stubs"
        stubs.mkdir()
        self._constraints = tuple(sources.constraints(stubs))

    def resolve(
        self, requirements: Iterable[str], modules: Iterable[str]
    ) -> tuple[list[Wheel], list[str]]:
        """The wheels, and the modules that are in none; Unusable if a requirement is not met."""
        named = list(requirements)
        wheels = self._resolve_named(named)
        open_ = [module for module in modules if not is_provided(module, wheels)]
        guesses = {module: self._sources.package_of(module) for module in open_}
        if guesses:
            wheels = self._resolve_guesses(named, guesses) or wheels
        return wheels, [module for module in open_ if not is_provided(module, wheels)]

    def _resolve_named(self, requirements: list[str]) -> list[Wheel]:
        try:
            return self._download_preferred(requirements) if requirements else []
        except Unresolved as error:
            raise Unusable(
                f"The packages that are asked for cannot be had for Python "
                f"{self._sources.kernel.python} in the browser. pip says:\n{error}"
            ) from error

    def _resolve_guesses(self, named: list[str], guesses: Mapping[str, str]) -> list[Wheel]:
        """With the packages of modules, without those that are not there."""
        names = sorted(set(guesses.values()))
        try:
            return self._download_preferred([*named, *names])
        except Unresolved:
            found = {name: self._resolve_alone(named, name) for name in names}
        available = [name for name, wheels in found.items() if wheels]
        # Where none stands in another's way, all is found: pip can look for that for very long.
        if (united := union(found.values())) is not None:
            return united
        try:
            return self._download_preferred([*named, *available]) if available else []
        except Unresolved as error:
            raise Unusable(
                f"The packages that the notebooks import ({', '.join(available)}) do not "
                f"go together. Name versions that do in requirements.txt. pip says:\n{error}"
            ) from error

    def _resolve_alone(self, named: list[str], name: str) -> list[Wheel]:
        """One package with what is asked for and all that they need; nothing if it is not there."""
        try:
            return self._download_preferred([*named, name])
        except Unresolved:
            return []

    def _download_preferred(self, requirements: list[str]) -> list[Wheel]:
        try:
            return self._download(requirements, self._preferred)
        except Unresolved:
            if not self._preferred:
                raise
            return self._download(requirements, ())

    def _download(self, requirements: list[str], preferred: tuple[str, ...]) -> list[Wheel]:
        kernel = self._sources.kernel
        folder = self._work / str(next(self._numbers))
        taken = {each.partition(" @ ")[0] for each in self._constraints}
        versions = (each for each in preferred if each.partition("==")[0] not in taken)
        found = download(kernel, requirements, [*self._constraints, *versions], folder)
        return [wheel for wheel in map(Wheel, found) if wheel.name not in kernel.versions]


def union(found: Iterable[Iterable[Wheel]]) -> list[Wheel] | None:
    """All of the wheels; None where some are two versions of one package."""
    wheels = {wheel.path.name: wheel for each in found for wheel in each}
    is_clash = len({wheel.name for wheel in wheels.values()}) < len(wheels)
    return None if is_clash else list(wheels.values())


def is_provided(module: str, wheels: Iterable[Wheel]) -> bool:
    return any(module in wheel.modules for wheel in wheels)

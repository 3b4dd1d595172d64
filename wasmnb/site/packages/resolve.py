"""Resolves requirements and imported modules to wheels, with pip as the resolver.

A requirement must be met; an imported module is a guess: the package that probably provides it
(of the folder, the distribution, PACKAGE_OF_MODULE, or of the same name) may not exist, have no
wheel for the browser, or conflict with others. So pip is run, as seldom as possible:

1. for the requirements alone; if it fails, the build does
2. for the requirements and all guesses; this usually succeeds, and is the result
3. else for each guess on its own, to learn which packages are available
4. for the available ones together, unless their separate results already agree (backtracking over
   packages that conflict can take pip very long)

Each run prefers the versions of the earlier lock and falls back to any. Constraints hold the
packages that are not the index's: wheels of the folder and of the distribution by their URLs, and
for each preinstalled package an empty wheel (a stub), so that pip takes it as met. Stubs are
left out of the result.
"""

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

# Packages whose name differs from their module's; wheels of the folder come first.
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
    """The sources of packages before the package index."""

    kernel: TargetKernel
    local: Mapping[str, Wheel]
    """Wheels of the folder and of projects, by name."""
    distribution: Distribution | None

    @property
    def unavailable(self) -> frozenset[str]:
        """Standard library modules that the browser lacks; no package provides them."""
        distributed = self.distribution.modules if self.distribution else ()
        return sys.stdlib_module_names.difference(self.kernel.modules, distributed)

    def package_of(self, module: str) -> str:
        """The package that probably provides a module."""
        having = (name for name, wheel in self.local.items() if module in wheel.modules)
        local = next(having, None)
        known = self.distribution and self.distribution.provider(module)
        return local or known or PACKAGE_OF_MODULE.get(module, canonicalize_name(module))

    def constraints(self, folder: Path) -> Iterator[str]:
        """The packages that are not taken from the index, as `name @ url`."""
        named = dict(requirement(each) for each in (self.distribution or NO_DISTRIBUTION).wheels())
        named |= {name: wheel.path.as_uri() for name, wheel in self.local.items()}
        named |= {name: stub(name, at, folder) for name, at in self.kernel.versions.items()}
        return (f"{name} @ {url}" for name, url in named.items())


NO_DISTRIBUTION = Distribution("", {}, {}, "")


def requirement(text: str) -> tuple[str, str]:
    name, _, url = text.partition(" @ ")
    return canonicalize_name(name), url


def stub(name: str, version: str, folder: Path) -> str:
    """The URL of an empty wheel that stands for a preinstalled package, without dependencies."""
    stem = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(f"{stem}.dist-info/METADATA", about)
        archive.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path.as_uri()


class Resolver:
    """Runs pip as often as it takes to find out what is available."""

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
        """The wheels, and the modules that none provides; Unusable if a requirement is not met."""
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
        """The wheels of the requirements and of the guessed packages that are available."""
        names = sorted(set(guesses.values()))
        try:
            return self._download_preferred([*named, *names])
        except Unresolved:
            separate = {name: self._resolve_alone(named, name) for name in names}
        available = [name for name, wheels in separate.items() if wheels]
        # If no two results conflict, their union will do: backtracking can take pip very long.
        if (united := union(separate.values())) is not None:
            return united
        try:
            return self._download_preferred([*named, *available]) if available else []
        except Unresolved as error:
            raise Unusable(
                f"The packages that the notebooks import ({', '.join(available)}) do not "
                f"go together. Name versions that do in requirements.txt. pip says:\n{error}"
            ) from error

    def _resolve_alone(self, named: list[str], name: str) -> list[Wheel]:
        """The wheels of one guess and the requirements; none if it is not available."""
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
        paths = download(kernel, requirements, [*self._constraints, *versions], folder)
        return [wheel for wheel in map(Wheel, paths) if wheel.name not in kernel.versions]


def union(results: Iterable[Iterable[Wheel]]) -> list[Wheel] | None:
    """All of the wheels; None if two are versions of one package."""
    wheels = {wheel.path.name: wheel for each in results for wheel in each}
    is_clash = len({wheel.name for wheel in wheels.values()}) < len(wheels)
    return None if is_clash else list(wheels.values())


def is_provided(module: str, wheels: Iterable[Wheel]) -> bool:
    return any(module in wheel.modules for wheel in wheels)

"""The packages of a site: what its folder asks for, found once, noted in its lock, and verified."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from wasmnb.errors import Unusable
from wasmnb.site.config import SiteConfig
from wasmnb.site.packages import lock
from wasmnb.site.packages.bytecode import compiled
from wasmnb.site.packages.distribution import Distribution
from wasmnb.site.packages.finder import Finder
from wasmnb.site.packages.kernel_lock import kernel_lock, place
from wasmnb.site.packages.preinstalled import Kernel, kernel
from wasmnb.site.packages.projects import built
from wasmnb.site.packages.requirements import Wanted, wanted
from wasmnb.site.packages.resolve import Sources
from wasmnb.site.packages.wheels import Wheel, hashed, newest

MOST = 3  # places that a sentence names


@dataclass(frozen=True)
class Environment:
    """What a site carries for its kernel."""

    packages: Sequence[Path]
    kernel_lock: bytes
    missing: tuple[str, ...]
    """What cannot be had, in sentences; only where that is allowed."""
    imports: Mapping[str, Set[str]]
    """The modules that the notebooks import, each with what is imported from it."""

    @property
    def path(self) -> str:
        """Where the kernel's lock file is in the site."""
        return f"pyodide/lock.{sha256(self.kernel_lock).hexdigest()[:16]}.json"

    def files(self) -> Iterator[tuple[str, str, Path]]:
        """The path in the site, the hash and the place on this disk of each package."""
        for file in self.packages:
            sha256 = hashed(file)
            yield f"pyodide/{place(file.name, sha256)}", sha256, file


def environment(
    config: SiteConfig, paths: Iterable[str], given: Distribution | None
) -> Environment | None:
    """The packages for the files with those paths.

    None if the kernel has all that they need, and nothing that it would have to load for them.
    """
    has = kernel(config.runtime)
    asks = wanted(config.folder, paths)
    modules = [module for module in asks.imports if module not in has.modules]
    projects = [built(project, has) for project in asks.projects]
    sources = Sources(has, local(config, projects, has), given)
    named = [*asks.requirements, *(f"{wheel.name} @ {wheel.path.as_uri()}" for wheel in projects)]
    before = lock.read(config.folder)
    wheels = {module for it in has.lock["packages"].values() for module in it["imports"]}
    if not (named or modules or before or (config.bake and wheels & asks.imports.keys())):
        return None
    finder = Finder(sources, None if config.upgrade else before)
    found = finder.find(asked(asks, modules, sources), named, modules)
    missing = tuple(sentences(found.lock.missing, asks, sources))
    if missing and not config.allow_missing:
        raise Unusable("\n".join([*missing, advice(config)]))
    if (found.lock.packages or before) and not config.only:  # it is the whole folder's
        lock.write(found.lock, config.folder)
    packages = compiled(found.files, config.runtime, has)
    entries = kernel_lock(has, packages, named, given)
    return Environment(list(packages.values()), entries, missing, asks.statements)


def local(config: SiteConfig, projects: Iterable[Wheel], has: Kernel) -> dict[str, Wheel]:
    """The wheels in the folder that fit, and those of projects, by their names."""
    files = sorted(config.folder.rglob("*.whl"))
    wanted = (it for it in files if config.is_published(it.relative_to(config.folder).as_posix()))
    found = newest(map(Wheel, wanted), has)
    return {wheel.name: wheel for wheel in [*found, *projects]}


def asked(asks: Wanted, modules: Iterable[str], sources: Sources) -> list[str]:
    """All that decides which packages are found: where it is the same, they are, too."""
    has = sources.kernel
    own = repr(sorted(has.versions.items())).encode()
    return sorted(
        [
            *asks.requirements,
            *(f"import {module}" for module in modules),
            *(f"{wheel.path.name} {wheel.sha256}" for wheel in sources.local.values()),
            f"for Python {has.python} {has.platforms[0]}",
            f"with wasmnb's own packages {sha256(own).hexdigest()}",
            *([f"Pyodide distribution {it.sha256}"] if (it := sources.distribution) else []),
        ]
    )


def sentences(unmet: Iterable[str], asks: Wanted, sources: Sources) -> Iterator[str]:
    """What is imported and cannot be had: where, and what was looked for."""
    for module in unmet:
        imports = f"{told(asks.imports[module])} {module!r}"
        if module in sources.absent:
            yield f"{imports}, which is a part of Python that browsers do not have."
            continue
        name = sources.called(module)
        yield (
            f"{imports}, and there is no package {name!r} that has it, be it pure Python or for "
            f"{sources.kernel.platforms[0]}."
        )


def told(places: Sequence[str]) -> str:
    """The first few of them, and that they import."""
    shown = [*places[:MOST], *([f"and {len(places) - MOST} more"] if len(places) > MOST else [])]
    return f"{'; '.join(shown)}, {'imports' if len(places) == 1 else 'import'}"


def advice(config: SiteConfig) -> str:
    """What to do about that."""
    other = "" if config.pyodide else "name a Pyodide distribution that has it (--pyodide), "
    return (
        "If a package is called otherwise than its module, name it in requirements.txt; "
        f"else {other}put a wheel into the folder wheels/, "
        "or do without: --allow-missing builds the site."
    )

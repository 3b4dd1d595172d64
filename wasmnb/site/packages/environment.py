"""The packages of a site: required by its folder, resolved once, and pinned in its lock file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from wasmnb.errors import Unusable
from wasmnb.site.config import SiteConfig
from wasmnb.site.packages import lock
from wasmnb.site.packages.bytecode import compile_wheels
from wasmnb.site.packages.distribution import Distribution
from wasmnb.site.packages.finder import Finder
from wasmnb.site.packages.kernel_lock import make_kernel_lock, wheel_path
from wasmnb.site.packages.preinstalled import TargetKernel, target_kernel
from wasmnb.site.packages.projects import project_wheel
from wasmnb.site.packages.requirements import Requirements, find_requirements
from wasmnb.site.packages.resolve import Sources
from wasmnb.site.packages.wheels import Wheel, file_sha256, newest_fitting

MOST_SHOWN = 3  # more places than these are only counted


@dataclass(frozen=True)
class Environment:
    """The packages that a site publishes for its kernel, and their lock file."""

    packages: Sequence[Path]
    kernel_lock: bytes
    missing: tuple[str, ...]
    """Sentences about modules that no package provides; empty unless that is allowed."""
    imports: Mapping[str, Set[str]]
    """The modules that the notebooks import, each with the names imported from it."""

    @property
    def path(self) -> str:
        """The path of the kernel's lock file in the site."""
        return f"pyodide/lock.{sha256(self.kernel_lock).hexdigest()[:16]}.json"

    def files(self) -> Iterator[tuple[str, str, Path]]:
        """The path in the site, the hash and the local file of each package."""
        for file in self.packages:
            sha256 = file_sha256(file)
            yield f"pyodide/{wheel_path(file.name, sha256)}", sha256, file


def resolve_environment(
    config: SiteConfig, paths: Iterable[str], distribution: Distribution | None
) -> Environment | None:
    """The packages that the files with those paths require.

    None if the kernel has them all, and would load none of its own wheels for them.
    """
    kernel = target_kernel(config.runtime)
    requirements = find_requirements(config.folder, paths)
    modules = [module for module in requirements.imports if module not in kernel.modules]
    projects = [project_wheel(project, kernel) for project in requirements.projects]
    sources = Sources(kernel, local_wheels(config, projects, kernel), distribution)
    named = [
        *requirements.requirements,
        *(f"{wheel.name} @ {wheel.path.as_uri()}" for wheel in projects),
    ]
    locked = lock.read(config.folder)
    wheels = {module for it in kernel.lock["packages"].values() for module in it["imports"]}
    if not (named or modules or locked or (config.bake and wheels & requirements.imports.keys())):
        return None
    finder = Finder(sources, None if config.upgrade else locked)
    resolution = finder.find(lock_inputs(requirements, modules, sources), named, modules)
    missing = tuple(missing_sentences(resolution.lock.missing, requirements, sources))
    if missing and not config.allow_missing:
        raise Unusable("\n".join([*missing, advice(config)]))
    if (resolution.lock.packages or locked) and not config.only:  # the lock file is the folder's
        lock.write(resolution.lock, config.folder)
    packages = compile_wheels(resolution.files, config.runtime, kernel)
    entries = make_kernel_lock(kernel, packages, named, distribution)
    return Environment(list(packages.values()), entries, missing, requirements.imported_names)


def local_wheels(
    config: SiteConfig, projects: Iterable[Wheel], kernel: TargetKernel
) -> dict[str, Wheel]:
    """The compatible wheels of the folder and of its projects, by name."""
    files = sorted(config.folder.rglob("*.whl"))
    published = (
        it for it in files if config.is_published(it.relative_to(config.folder).as_posix())
    )
    compatible = newest_fitting(map(Wheel, published), kernel)
    return {wheel.name: wheel for wheel in [*compatible, *projects]}


def lock_inputs(requirements: Requirements, modules: Iterable[str], sources: Sources) -> list[str]:
    """Everything that the resolution depends on: while it is the same, the lock file is valid."""
    kernel = sources.kernel
    own_versions = repr(sorted(kernel.versions.items())).encode()
    return sorted(
        [
            *requirements.requirements,
            *(f"import {module}" for module in modules),
            *(f"{wheel.path.name} {wheel.sha256}" for wheel in sources.local.values()),
            f"for Python {kernel.python} {kernel.platforms[0]}",
            f"with wasmnb's own packages {sha256(own_versions).hexdigest()}",
            *([f"Pyodide distribution {it.sha256}"] if (it := sources.distribution) else []),
        ]
    )


def missing_sentences(
    modules: Iterable[str], requirements: Requirements, sources: Sources
) -> Iterator[str]:
    """For each module that no package provides: where it is imported, and what was tried."""
    for module in modules:
        imports = f"{importers(requirements.imports[module])} {module!r}"
        if module in sources.unavailable:
            yield f"{imports}, which is a part of Python that browsers do not have."
            continue
        name = sources.package_of(module)
        yield (
            f"{imports}, and there is no package {name!r} that has it, be it pure Python or for "
            f"{sources.kernel.platforms[0]}."
        )


def importers(locations: Sequence[str]) -> str:
    """The first few places, as the subject of a sentence."""
    shown = [
        *locations[:MOST_SHOWN],
        *([f"and {len(locations) - MOST_SHOWN} more"] if len(locations) > MOST_SHOWN else []),
    ]
    return f"{'; '.join(shown)}, {'imports' if len(locations) == 1 else 'import'}"


def advice(config: SiteConfig) -> str:
    """Advice about missing packages."""
    other = "" if config.pyodide else "name a Pyodide distribution that has it (--pyodide), "
    return (
        "If a package is called otherwise than its module, name it in requirements.txt; "
        f"else {other}put a wheel into the folder wheels/, "
        "or do without: --allow-missing builds the site."
    )

"""Prepares a site: the slow part of a build, in which each step needs the one before.

1. runtime: the folder that kernels start from, ours or one made for another Pyodide
2. published folder: what of the folder belongs to the site
3. environment: the packages that its notebooks import, resolved and compiled
4. `--execute`: the notebooks are run with these packages, and published with their new outputs
5. `--bake`: the packages are pre-imported into the memory snapshot that kernels start from
"""

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from wasmnb.contents.manager import Contents
from wasmnb.errors import Unusable
from wasmnb.pages.app_page import AppPage
from wasmnb.site.config import SiteConfig
from wasmnb.site.execute import execute_notebooks
from wasmnb.site.packages.bake import bake, limit_to
from wasmnb.site.packages.distribution import open_distribution
from wasmnb.site.packages.environment import Environment, resolve_environment
from wasmnb.site.packages.runtime import runtime
from wasmnb.site.published import PublishedFolder
from wasmnb.site.reporter import Reporter


@dataclass(frozen=True)
class PreparedSite:
    """A site that can be written: its files and pages are worked out from this alone."""

    config: SiteConfig
    """As given, with the runtime that its kernels start from."""
    published: PublishedFolder
    environment: Environment | None
    """None if kernels have all that the notebooks import."""

    @property
    def kernel_lock(self) -> tuple[str, int] | None:
        """Path in the site and size of the kernels' lock file, if not that of the runtime."""
        found = self.environment
        return (found.path, len(found.kernel_lock)) if found else None


def prepare(config: SiteConfig, reporter: Reporter) -> PreparedSite:
    """Resolves, executes and bakes; Unusable if a step cannot be done as asked."""
    if not AppPage(Path("/"), config.assets).is_built():
        raise Unusable("This copy of wasmnb has no browser assets yet; run `make assets` in it.")

    pyodide = open_distribution(config.pyodide, reporter.progress) if config.pyodide else None
    config = replace(config, runtime=runtime(config.assets, pyodide, reporter.progress))

    published = PublishedFolder(Contents(config.folder), config)

    packages = resolve_environment(config, published.files, pyodide)
    for sentence in packages.missing if packages else ():
        reporter.notice(f"Built without: {sentence}")

    if config.execute:
        notebooks = execute_notebooks(config, published, packages, reporter.notice)
        published = PublishedFolder(Contents(config.folder), config, notebooks)

    if isinstance(config.bake, tuple):
        packages = limit_to(packages, config.bake)
    if config.bake and packages:
        folder, packages = bake(config.runtime, packages, reporter, retry=config.rebake)
        config = replace(config, runtime=folder)

    return PreparedSite(config, published, packages)

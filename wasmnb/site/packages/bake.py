"""Snapshots with packages pre-imported ("baked"): a cell's import finds the module in memory.

`snapshot_builder` makes the memory that a site's kernels start from. The packages' files go into
the library of those kernels, so the site does not carry the packages besides.
"""

import json
from collections.abc import Iterable, Set
from dataclasses import replace
from pathlib import Path

from packaging.utils import canonicalize_name
from wasmnb_zmq.nodejs import CannotStart, node_with_jspi

from wasmnb.errors import Unusable
from wasmnb.site.packages.bundled import BundledAssets
from wasmnb.site.packages.environment import Environment
from wasmnb.site.packages.snapshot_builder import SnapshotBuilder
from wasmnb.site.packages.snapshot_types import SNAPSHOT, CannotBake, top_of
from wasmnb.site.reporter import Reporter


def bake(
    runtime: Path, environment: Environment, reporter: Reporter, *, retry: bool
) -> tuple[Path, Environment]:
    """The runtime with a snapshot of the packages, and the packages that are not in it.

    A snapshot that failed is tried again only if its inputs changed, or with `retry`.
    """
    bundled = BundledAssets(runtime)
    if SNAPSHOT not in bundled.manifest["files"]:  # the runtime of another Pyodide has none
        return runtime, environment
    try:
        folder, outcome = SnapshotBuilder(bundled, environment, reporter, node_with_jspi()).outcome(
            retry=retry
        )
    except (CannotBake, CannotStart) as error:
        reporter.notice(f"Kernels load the packages when a cell imports them. {error}")
        return runtime, environment
    for module, reason in outcome.left_out.items():
        reporter.notice(f"Kernels load {module} when a cell imports it: {reason}")
    if not outcome.packages:
        return runtime, environment
    return folder / "pyodide", without_packages(environment, outcome.packages)


def limit_to(environment: Environment | None, names: Iterable[str]) -> Environment | None:
    """The environment with imports of those packages only; Unusable if it lacks one."""
    entries = json.loads(environment.kernel_lock)["packages"] if environment else {}
    for name in names:
        if canonicalize_name(name) not in entries:
            available = f"it has {', '.join(sorted(entries))}" if entries else "it needs none"
            raise Unusable(
                f"'bake' under [tool.wasmnb] in pyproject.toml names {name!r}, which is not among "
                f"the packages of the site: {available}."
            )
    if not environment:
        return None
    others = entries.keys() - set(map(canonicalize_name, names))
    left_out = {top for name in others for top in entries[name]["imports"]}
    imports = {name: it for name, it in environment.imports.items() if top_of(name) not in left_out}
    tops = set(map(top_of, imports))
    # A named package is imported even if no notebook imports it, as a dependency of others.
    more = [entries[name]["imports"] for name in entries.keys() - others]
    unused = {top: frozenset[str]() for it in more if not tops & set(it) for top in it}
    return replace(environment, imports={**imports, **unused})


def without_packages(environment: Environment, packages: Set[str]) -> Environment:
    """The environment without packages that are in the snapshot."""
    lock = json.loads(environment.kernel_lock)
    removed = {lock["packages"][name]["file_name"].rpartition("/")[2] for name in packages}
    lock["packages"] = {
        name: {**it, "depends": [each for each in it["depends"] if each not in packages]}
        for name, it in lock["packages"].items()
        if name not in packages
    }
    remaining = [file for file in environment.packages if file.name not in removed]
    return replace(
        environment, packages=remaining, kernel_lock=json.dumps(lock, sort_keys=True).encode()
    )

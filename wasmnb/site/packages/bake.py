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
from wasmnb.site.packages.bundled import Ours
from wasmnb.site.packages.environment import Environment
from wasmnb.site.packages.snapshot_builder import SnapshotBuilder
from wasmnb.site.packages.snapshot_types import SNAPSHOT, CannotBake, top_of
from wasmnb.site.reporter import Talk


def baked(
    runtime: Path, found: Environment, talk: Talk, *, is_asked: bool
) -> tuple[Path, Environment]:
    """What a site's kernels start from, and the packages that they still load.

    What has failed is not tried again before something has changed, or who builds asks for it.
    """
    ours = Ours(runtime)
    if SNAPSHOT not in ours.manifest["files"]:  # as with another Pyodide
        return runtime, found
    try:
        folder, outcome = SnapshotBuilder(ours, found, talk, node_with_jspi()).outcome(
            is_asked=is_asked
        )
    except (CannotBake, CannotStart) as error:
        talk.say(f"Kernels load the packages when a cell imports them. {error}")
        return runtime, found
    for module, reason in outcome.left_out.items():
        talk.say(f"Kernels load {module} when a cell imports it: {reason}")
    if not outcome.packages:
        return runtime, found
    return folder / "pyodide", without(found, outcome.packages)


def narrowed(found: Environment | None, names: Iterable[str]) -> Environment | None:
    """The environment of which those packages are to be in the memory; Unusable if it lacks one."""
    entries = json.loads(found.kernel_lock)["packages"] if found else {}
    for name in names:
        if canonicalize_name(name) not in entries:
            there = f"it has {', '.join(sorted(entries))}" if entries else "it needs none"
            raise Unusable(
                f"'bake' under [tool.wasmnb] in pyproject.toml names {name!r}, which is not among "
                f"the packages of the site: {there}."
            )
    if not found:
        return None
    others = entries.keys() - set(map(canonicalize_name, names))
    left_out = {top for name in others for top in entries[name]["imports"]}
    imports = {name: it for name, it in found.imports.items() if top_of(name) not in left_out}
    tops = set(map(top_of, imports))
    # One that no notebook imports by itself, as when others need it, is imported, too.
    more = [entries[name]["imports"] for name in entries.keys() - others]
    unused = {top: frozenset[str]() for it in more if not tops & set(it) for top in it}
    return replace(found, imports={**imports, **unused})


def without(found: Environment, packages: Set[str]) -> Environment:
    """The environment where kernels have those packages already."""
    lock = json.loads(found.kernel_lock)
    gone = {lock["packages"][name]["file_name"].rpartition("/")[2] for name in packages}
    lock["packages"] = {
        name: {**it, "depends": [each for each in it["depends"] if each not in packages]}
        for name, it in lock["packages"].items()
        if name not in packages
    }
    left = [file for file in found.packages if file.name not in gone]
    return replace(found, packages=left, kernel_lock=json.dumps(lock, sort_keys=True).encode())

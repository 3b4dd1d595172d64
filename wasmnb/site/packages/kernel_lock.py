"""The lock file that the kernel reads on a site: its packages and their dependencies.

https://pyodide.github.io/pyodide-lock/
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wasmnb.site.packages.distribution import Distribution
from wasmnb.site.packages.lock import Locked
from wasmnb.site.packages.preinstalled import TargetKernel
from wasmnb.site.packages.wheels import Wheel, file_sha256


def wheel_path(name: str, sha256: str) -> str:
    """The path of a package's file, relative to the lock file."""
    return f"wheels/{sha256[:16]}/{name}"


def make_kernel_lock(
    kernel: TargetKernel,
    packages: Mapping[Locked, Path],
    roots: Iterable[str],
    distribution: Distribution | None,
) -> bytes:
    """The lock file of those packages and of the kernel's own."""
    wheels = {it: Wheel(file) for it, file in packages.items() if file.suffix == ".whl"}
    needs = depends(list(wheels.values()), roots, kernel)
    known = distribution.entries if distribution else {}
    names = {package.name for package in packages} | set(kernel.lock["packages"])
    entries = {
        package.name: {
            **(
                from_distribution(known[package.name], names)
                if known.get(package.name, {}).get("sha256") == package.sha256
                else from_wheel(wheels[package], needs[package.name])
            ),
            "file_name": wheel_path(file.name, sha256 := file_sha256(file)),
            "sha256": sha256,
        }
        for package, file in packages.items()
    }
    whole = {**kernel.lock, "packages": {**kernel.lock["packages"], **entries}}
    return json.dumps(whole, sort_keys=True).encode()


def from_wheel(wheel: Wheel, needs: list[str]) -> dict[str, Any]:
    """The entry of a package of an index, from its wheel."""
    return {
        "name": wheel.name,
        "version": wheel.version,
        "install_dir": "site",
        "package_type": "package",
        "imports": wheel.modules,
        "depends": needs,
        "unvendored_tests": False,
    }


def from_distribution(entry: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """The entry of a distribution's package, which names shared libraries that wheels do not."""
    return {**entry, "depends": [name for name in entry["depends"] if name in names]}


def depends(
    wheels: list[Wheel], roots: Iterable[str], kernel: TargetKernel
) -> dict[str, list[str]]:
    """The dependencies of each package among the others, with the requested extras."""
    extras = {wheel.name: set[str]() for wheel in wheels}
    open_requirements = [Requirement(root) for root in roots]
    while open_requirements:
        for each in open_requirements:
            extras.setdefault(canonicalize_name(each.name), set()).update(each.extras)
        named = (it for wheel in wheels for it in needed(wheel, extras[wheel.name], kernel))
        open_requirements = [
            it for it in named if not it.extras <= extras.get(canonicalize_name(it.name), it.extras)
        ]
    names = {*extras, *kernel.lock["packages"]}
    return {
        wheel.name: sorted(
            {canonicalize_name(it.name) for it in needed(wheel, extras[wheel.name], kernel)} & names
        )
        for wheel in wheels
    }


def needed(wheel: Wheel, extras: set[str], kernel: TargetKernel) -> Iterator[Requirement]:
    """Its requirements in the browser, with those extras."""
    for each in wheel.requirements:
        marker = each.marker
        cases = ({**kernel.markers, "extra": it} for it in {"", *extras})
        if marker is None or any(map(marker.evaluate, cases)):
            yield each

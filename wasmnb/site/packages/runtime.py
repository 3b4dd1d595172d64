"""What the kernels of a site start from: our own assets, or those made for another Pyodide.

A distribution of the release that wasmnb was built for only adds packages to it. One of another
release brings its own Python.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wasmnb.site.packages.bundled import Ours
from wasmnb.site.packages.distribution import Distribution
from wasmnb.site.packages.other_pyodide import Another
from wasmnb.site.packages.preinstalled import minor


def runtime(assets: Path, given: Distribution | None, doing: Callable[[str], None]) -> Path:
    """The folder that a site's kernels start from; Unusable if a distribution is no good for it."""
    ours = Ours(assets / "pyodide")
    if given is None or fits(given.info, ours.lock["info"]):
        return ours.folder
    return Another(ours, given).folder(doing)


def fits(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether packages for one Pyodide can be loaded by another, as their lock files name them."""
    return binary(theirs) == binary(ours)


def binary(info: Mapping[str, Any]) -> tuple[str, str]:
    """What packages are compiled for."""
    return minor(str(info["python"])), str(info["abi_version"])

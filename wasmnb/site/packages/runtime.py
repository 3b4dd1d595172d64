"""Chooses the runtime of a site's kernels: the bundled one, or one built for another Pyodide.

A distribution of the release that wasmnb was built for only adds packages. A distribution of
another release brings its own Python.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wasmnb.site.packages.bundled import BundledAssets
from wasmnb.site.packages.distribution import Distribution
from wasmnb.site.packages.other_pyodide import OtherPyodide
from wasmnb.site.packages.preinstalled import minor


def runtime(
    assets: Path, distribution: Distribution | None, progress: Callable[[str], None]
) -> Path:
    """The folder that a site's kernels start from; Unusable if the distribution lacks files."""
    bundled = BundledAssets(assets / "pyodide")
    if distribution is None or fits(distribution.info, bundled.lock["info"]):
        return bundled.folder
    return OtherPyodide(bundled, distribution).folder(progress)


def fits(theirs: Mapping[str, Any], bundled: Mapping[str, Any]) -> bool:
    """Whether two Pyodide releases can load each other's packages."""
    return binary(theirs) == binary(bundled)


def binary(info: Mapping[str, Any]) -> tuple[str, str]:
    """The minor version of Python and the ABI, which packages are compiled for."""
    return minor(str(info["python"])), str(info["abi_version"])

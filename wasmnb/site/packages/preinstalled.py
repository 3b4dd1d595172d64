"""The kernel that packages are resolved for: what is preinstalled, and its platform tags."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from packaging.utils import canonicalize_name

# Modules of Pyodide's Python that are in no archive: built in, or created at start.
# fmt: off
BUILT_IN = frozenset({
    "__future__", "__main__", "_ctypes", "_decimal", "_io", "_json", "_lzma", "_socket", "_sqlite3",
    "_struct", "_thread", "_zstd", "array", "atexit", "binascii", "builtins", "cmath", "errno",
    "faulthandler", "fcntl", "gc", "itertools", "js", "marshal", "math", "mmap", "posix", "pyexpat",
    "pyodide", "pyodide_js", "select", "sys", "termios", "time", "unicodedata", "zlib",
})
# fmt: on
ARCHIVES = ("library.zip", "core.zip", "sources.zip")
SITE = "site-packages/"
PEP_783 = "2026"
DISTRIBUTION = re.compile(r"site-packages/([^/]+)-([^-/]+)\.dist-info/")


@dataclass(frozen=True)
class TargetKernel:
    """The kernel of a site, as a target of package resolution."""

    modules: frozenset[str]
    """The top-level modules that it can import."""
    versions: Mapping[str, str]
    """The versions of its distributions, by name."""
    lock: Mapping[str, Any]
    """The lock file that Pyodide reads."""

    @property
    def python(self) -> str:
        """The version of its Python."""
        return str(self.lock["info"]["python"])

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags of wheels that are compiled for it."""
        info = self.lock["info"]
        abi, arch = info["abi_version"], info["arch"]
        # https://peps.python.org/pep-0783/ came after the ABI of 2025.
        names = ("pyemscripten", "pyodide") if abi >= PEP_783 else ("pyodide", "pyemscripten")
        return (*(f"{name}_{abi}_{arch}" for name in names), f"{info['platform']}_{arch}")

    @property
    def markers(self) -> dict[str, str]:
        """Its environment markers (PEP 508)."""
        system, _, release = self.lock["info"]["platform"].partition("_")
        return {
            "implementation_name": "cpython",
            "implementation_version": self.python,
            "os_name": "posix",
            "platform_machine": self.lock["info"]["arch"],
            "platform_python_implementation": "CPython",
            "platform_release": release.replace("_", "."),
            "platform_system": system.title(),
            "platform_version": "#1",
            "python_full_version": self.python,
            "python_version": minor(self.python),
            "sys_platform": system,
        }


def minor(python: str) -> str:
    """The minor version, as in `3.14`."""
    return ".".join(python.split(".")[:2])


def home(python: str) -> str:
    """The path of the standard library in the browser."""
    return f"/lib/python{minor(python)}"


def target_kernel(folder: Path) -> TargetKernel:
    """The kernel of a runtime folder."""
    files = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    names = [name for each in ARCHIVES for name in names_in(folder / files[each]["path"])]
    lock = json.loads((folder / files["lock.json"]["path"]).read_text("utf-8"))
    packages = lock["packages"].values()
    distributions: dict[str, str] = {
        canonicalize_name(found[1]): found[2]
        for name in names
        if (found := DISTRIBUTION.match(name))
    }
    return TargetKernel(
        modules=BUILT_IN.union(modules(names), *(package["imports"] for package in packages)),
        versions={**distributions, **{each["name"]: each["version"] for each in packages}},
        lock=lock,
    )


def names_in(archive: Path) -> list[str]:
    with ZipFile(archive) as opened:
        return opened.namelist()


def modules(names: list[str]) -> Iterator[str]:
    """The top-level modules among a library's files."""
    for name in names:
        first, _, rest = name.removeprefix(SITE).partition("/")
        if rest and first.isidentifier() and first != "__pycache__":
            yield first
        elif first.endswith((".py", ".pyc", ".so")):
            yield first.partition(".")[0]

"""Compiles packages to byte code, with the Python that will run it: the browser's, in Node."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zipfile import ZIP_DEFLATED

from platformdirs import user_cache_path
from wasmnb_zmq.nodejs import CannotStart, command

from wasmnb.errors import Unusable
from wasmnb.manifest import ASSETS
from wasmnb.site.code_digest import code_digest
from wasmnb.site.packages import archive
from wasmnb.site.packages.archive import Files
from wasmnb.site.packages.distribution import LOCK
from wasmnb.site.packages.download_cache import write_atomically
from wasmnb.site.packages.lock import Locked
from wasmnb.site.packages.preinstalled import SITE, TargetKernel, home

STDLIB = "python_stdlib.zip"
SCRIPT = "bytecode.mjs"
# Modules that only deliver inputs, which have hashes of their own.
INPUTS = frozenset({"wasmnb.site.packages.distribution", "wasmnb.site.packages.lock"})
DONE, INCOMPLETE = 0, 2  # of bytecode.mjs: packages may have modules for other Pythons


def makers_digest(maker: str = __name__) -> str:
    """A digest of the code that makes byte code, or of another module that uses it."""
    script = (ASSETS / "node" / SCRIPT).read_bytes()
    return sha256(code_digest(maker, without=INPUTS).encode() + script).hexdigest()


class Tree(NamedTuple):
    """A folder of modules to compile."""

    files: Files
    location: str
    """Its path in the kernel, which tracebacks show."""
    check: str
    """How Python detects a changed source: a name in py_compile.PycInvalidationMode."""


def wheel_tree(wheel: Files, python: str) -> Tree:
    """A wheel. Pyodide extracts it with the present date, so its byte code must go unchecked."""
    return Tree(wheel, f"{home(python)}/{SITE}", "UNCHECKED_HASH")


def with_bytecode[Key](pyodide: Files, trees: Mapping[Key, Tree]) -> dict[Key, dict[str, bytes]]:
    """The files of each tree with their byte code; `pyodide` has the files of a distribution."""
    with TemporaryDirectory(prefix="wasmnb-bytecode-") as work_folder:
        work = Path(work_folder).resolve()
        archive.extract(pyodide, work / "pyodide")
        folders = {key: work / str(number) for number, key in enumerate(trees)}
        for key, tree in trees.items():
            archive.extract(tree.files, folders[key])
        arguments = [f"{folders[key]}={it.location}={it.check}" for key, it in trees.items()]
        run([str(work / "pyodide"), *arguments], work)
        return {key: archive.read(folder) for key, folder in folders.items()}


def run(arguments: Sequence[str], folder: Path) -> None:
    try:
        started = command(ASSETS, [SCRIPT, *arguments], [], [folder])
    except CannotStart as error:
        raise Unusable(f"Packages are compiled for the browser by its Python. {error}") from error
    process = subprocess.run(started, capture_output=True, text=True, check=False)  # noqa: S603
    if process.returncode not in (DONE, INCOMPLETE):
        output = process.stderr.strip() or process.stdout.strip()
        raise Unusable(f"Packages cannot be compiled for the browser. Its Python says:\n{output}")


def compile_wheels(
    packages: Mapping[Locked, Path], runtime: Path, kernel: TargetKernel
) -> dict[Locked, Path]:
    """The packages' files, the wheels with byte code (cached) in them."""
    cache = user_cache_path("wasmnb") / "compiled" / f"{kernel.python}-{makers_digest()[:16]}"
    wheels = {it: cache / it.sha256 / it.file for it in packages if it.file.endswith(".whl")}
    new = {
        location: wheel_tree(archive.unpack(packages[it].read_bytes()), kernel.python)
        for it, location in wheels.items()
        if not location.is_file()
    }
    for location, files in with_bytecode(pyodide(runtime), new).items() if new else ():
        write_atomically(location, repack(files))
    return {**packages, **wheels}


def repack(wheel: Files) -> bytes:
    return archive.pack(archive.recorded(wheel), ZIP_DEFLATED)


def pyodide(runtime: Path) -> Files:
    """The runtime, under the names that a Pyodide distribution has."""
    files = json.loads((runtime / "manifest.json").read_text("utf-8"))["files"]
    found = {name: (runtime / it["path"]).read_bytes() for name, it in files.items()}
    return {**found, LOCK: found["lock.json"], STDLIB: importable(found["library.zip"])}


def importable(library: bytes) -> bytes:
    """A kernel's library as Python imports it from a zip: byte code in the place of sources."""
    files = archive.unpack(library)
    return archive.pack({sourceless(name): data for name, data in files.items()})


def sourceless(name: str) -> str:
    """`__pycache__/os.cpython-314.pyc` becomes `os.pyc`."""
    folder, found, file = name.rpartition("__pycache__/")
    return f"{folder}{file.partition('.')[0]}.pyc" if found else name

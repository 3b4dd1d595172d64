"""Builds a memory snapshot that has packages pre-imported.

Node runs our own Python with the packages in its library, imports what the notebooks import, and
saves the memory (build/kernel/snapshot.ts; build/kernel/assets.py makes the one without packages).
Kernels that start from it find the modules in `sys.modules`, and the files in their library.

What must stay true:

- A module is in the memory only if importing it has no side effects: one that prints, starts a
  task or opens something is refused by the kernel (`wasmnb_kernel.shell.preimport`) and left out,
  and the rest is tried again without it.
- Shared libraries are no part of the memory: workers compile each from a file of its own. Those
  that no import has loaded are dropped.
- A snapshot is at most MAX_GROWTH times the size of the one without packages; the largest packages
  are left out until it is. If compiled packages fail altogether, only the pure ones are tried.
- A result is cached by a digest of all inputs: assets, packages, imports, Node's version, and the
  code that makes it. Failures are cached, too, and tried again with `--bake`. The cache holds
  MOST_CACHED results of about 90 MB; the least recently used ones are evicted.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Set
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from platformdirs import user_cache_path
from wasmnb_zmq.nodejs import command, version

from wasmnb.manifest import ASSETS
from wasmnb.site.code_digest import code_digest
from wasmnb.site.packages import archive, bytecode, shared_libraries
from wasmnb.site.packages.archive import Files
from wasmnb.site.packages.bundled import BundledAssets
from wasmnb.site.packages.bytecode import pyodide
from wasmnb.site.packages.download_cache import write_atomically
from wasmnb.site.packages.environment import Environment
from wasmnb.site.packages.other_pyodide import in_site, publish
from wasmnb.site.packages.preinstalled import BUILT_IN, target_kernel
from wasmnb.site.packages.snapshot_types import SNAPSHOT, CannotBake, Outcome, top_of
from wasmnb.site.reporter import Reporter

SCRIPT = "snapshot.mjs"
PURE, WHEEL = "-none-any.whl", ".whl"
OUTCOME = "baked.json"
FAILED = "failed"
TIMEOUT_S = 300
MOST_CACHED = 4
FAILURE = re.compile(r"^[\w.]*Error: .{1,300}$", re.M)
# Modules that only deliver inputs, which have hashes of their own.
INPUTS = bytecode.INPUTS | {"wasmnb.site.packages.environment", "wasmnb.site.reporter"}
MAX_GROWTH = 2  # times as large as without packages


class SnapshotBuilder:
    """Builds the snapshot of a site."""

    def __init__(
        self,
        assets: BundledAssets,
        environment: Environment,
        reporter: Reporter,
        node: list[str],
    ) -> None:
        self._bundled = assets
        self._imports = environment.imports
        self._reporter = reporter
        self._node = node
        self._entries: dict[str, Any] = json.loads(environment.kernel_lock)["packages"]
        self._wheels = {
            path.removeprefix("pyodide/"): file for path, _, file in environment.files()
        }
        self._own = own_modules(assets.folder)
        self._largest = MAX_GROWTH * assets.manifest["files"][SNAPSHOT]["bytes"]

    def outcome(self, *, retry: bool) -> tuple[Path, Outcome]:
        """The folder of the snapshot and its contents, cached; a failure is cached, too."""
        imports = {name: sorted(names) for name, names in sorted(self._imports.items())}
        inputs = [
            self._bundled.manifest,
            self._entries,
            imports,
            self._node[1:],
            version(self._node[0]),
        ]
        parts = [json.dumps(inputs).encode(), makers()]
        digest = sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()
        folder = user_cache_path("wasmnb") / "baked" / digest
        file = folder / OUTCOME
        result = json.loads(file.read_text("utf-8")) if file.is_file() else None
        if result is None or (FAILED in result and retry):
            result = self._recorded(folder / "pyodide")
            write_atomically(file, json.dumps(result).encode())
            evict(folder.parent)
        file.touch()
        if FAILED in result:
            raise CannotBake(f"{result[FAILED]} With --bake it is tried again.")
        return folder, Outcome(frozenset(result["packages"]), result["left_out"])

    def _recorded(self, folder: Path) -> dict[str, Any]:
        """The result as it is cached."""
        try:
            outcome = self._make(folder)
        except CannotBake as error:
            return {FAILED: str(error)}
        return {"packages": sorted(outcome.packages), "left_out": dict(outcome.left_out)}

    def _make(self, folder: Path) -> Outcome:
        """Builds into the folder, without compiled packages if it fails with them."""
        candidates = self._candidates()
        compiled = {name for name, it in candidates.items() if not all(map(self._pure, it))}
        try:
            return self._fill(folder, candidates, {})
        except CannotBake as error:
            if not compiled:
                raise
            return self._fill(folder, candidates, dict.fromkeys(compiled, str(error)))

    def _fill(
        self, folder: Path, candidates: Mapping[str, frozenset[str]], left_out: dict[str, str]
    ) -> Outcome:
        unused_libraries = set[str]()
        while candidates.keys() - left_out.keys():
            chosen = {name: it for name, it in candidates.items() if name not in left_out}
            self._reporter.progress(f"Importing into the kernel's snapshot: {', '.join(chosen)}")
            packages = frozenset[str]().union(*chosen.values())
            assets, shared = self._assets(packages, unused_libraries)
            more = self._statements(chosen, left_out)
            refused, unused, snapshot = self._save(assets, shared, more)
            if refused:
                left_out |= {name: f"importing it {why}." for name, why in refused.items()}
            elif unused:
                unused_libraries |= unused
            elif (size := total(snapshot, *shared.values())) > self._largest:
                name = max(chosen, key=lambda name: self._size(chosen[name]))
                left_out[name] = f"their memory would begin with {size / 1e6:.0f} MB."
            else:
                self._publish({**assets, SNAPSHOT: snapshot}, packages, folder, shared)
                return Outcome(packages, self._reported(left_out, candidates))
        return Outcome(frozenset(), self._reported(left_out, candidates))

    def _candidates(self) -> dict[str, frozenset[str]]:
        """The imported modules of packages, each with its package and dependencies."""
        tops = sorted(set(map(top_of, self._imports)))
        owners = {top: name for name, it in self._entries.items() for top in it["imports"]}
        needs = {top: self._needs(owners[top]) for top in tops if top in owners}
        return {top: names for top, names in needs.items() if all(map(self._is_wheel, names))}

    def _needs(self, name: str) -> frozenset[str]:
        """A package and all its dependencies."""
        needs, new = set[str](), {name}
        while new:
            needs |= new
            new = {it for each in new for it in self._entries[each]["depends"]} - needs
        return frozenset(needs)

    def _is_wheel(self, name: str) -> bool:
        file: str = self._entries[name]["file_name"]
        return file.endswith(WHEEL)

    def _pure(self, name: str) -> bool:
        file: str = self._entries[name]["file_name"]
        return file.endswith(PURE)

    def _statements(
        self, chosen: Mapping[str, object], left_out: Mapping[str, str]
    ) -> list[tuple[str, list[str]]]:
        """The imports to run: of packages, and of the standard library."""
        tops = (chosen.keys() | self._own) - left_out.keys()
        return [
            (name, sorted(names))
            for name, names in sorted(self._imports.items())
            if top_of(name) in tops
        ]

    def _assets(self, packages: Set[str], unused_libraries: Set[str]) -> tuple[Files, Files]:
        """The runtime with those packages in its library, and their shared libraries."""
        library: dict[str, bytes] = {}
        for name in ("library.zip", "sources.zip"):
            library |= archive.unpack(self._bundled.read(name))
        library.pop("on-demand.json")
        for name in sorted(packages):
            library |= in_site(archive.unpack(self._file(name).read_bytes()))
        shared = shared_libraries.select(library, unused_libraries)
        library = {path: data for path, data in library.items() if path not in shared}
        names = self._bundled.manifest["files"].keys() - {SNAPSHOT}
        assets = {name: self._bundled.read(name) for name in names}
        return {**assets, **archive.split(library)}, shared

    def _save(
        self, assets: Files, shared: Files, statements: object
    ) -> tuple[dict[str, str], set[str], bytes]:
        """The refused modules with reasons, the unused libraries, and the snapshot if neither."""
        with TemporaryDirectory(prefix="wasmnb-bake-") as work_folder:
            work = Path(work_folder).resolve()
            more, file = work / "more.json", work / SNAPSHOT
            paths = shared_libraries.write_numbered(shared, work / "libraries")
            more.write_text(json.dumps({"imports": statements, "libraries": paths}))
            archive.extract({**pyodide(self._bundled.folder), **assets}, work / "pyodide")
            arguments = [
                work / "pyodide",
                *(work / "pyodide" / f"{name}.zip" for name in ("library", "core", "sources")),
                file,
                more,
            ]
            started = command(ASSETS, [SCRIPT, *map(str, arguments)], [], [work], self._node)
            result = json.loads(output_of(started))
            memory = file.read_bytes() if file.is_file() else b""
            return result["refused"], set(result["unused"]), memory

    def _publish(self, assets: Files, packages: Set[str], folder: Path, shared: Files) -> None:
        for name in self._entries.keys() - packages:
            path = self._entries[name]["file_name"]
            if path not in self._wheels:
                write_atomically(folder / path, (self._bundled.folder / path).read_bytes())
        result = shared_libraries.publish(shared, folder)
        publish(assets, self._bundled.manifest["pyodide"], folder, result)

    def _reported(
        self, left_out: Mapping[str, str], candidates: Mapping[str, object]
    ) -> Mapping[str, str]:
        """The reasons to report: not those of the standard library."""
        return {name: reason for name, reason in left_out.items() if name in candidates}

    def _file(self, name: str) -> Path:
        path = self._entries[name]["file_name"]
        return self._wheels.get(path) or self._bundled.folder / path

    def _size(self, packages: Set[str]) -> int:
        return sum(self._file(name).stat().st_size for name in packages)


def total(*parts: bytes) -> int:
    return sum(map(len, parts))


def evict(cache: Path) -> None:
    """Removes the least recently used snapshots, of about 90 MB each."""
    outcomes = sorted(cache.glob(f"*/{OUTCOME}"), key=lambda file: file.stat().st_mtime)
    for file in outcomes[:-MOST_CACHED]:
        shutil.rmtree(file.parent, ignore_errors=True)


def output_of(started: list[str]) -> str:
    """The last line that a command prints; CannotBake if it fails."""
    try:
        process = subprocess.run(  # noqa: S603
            started, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        raise CannotBake(f"Importing them takes more than {TIMEOUT_S} s.") from None
    if process.returncode != 0 or not process.stdout:
        errors = FAILURE.findall(process.stderr) or [f"Node ended with {process.returncode}."]
        raise CannotBake(f"A memory that has them cannot be saved. {errors[-1]}")
    return process.stdout.splitlines()[-1]


def own_modules(runtime: Path) -> Set[str]:
    """The modules that a kernel can import without loading a package."""
    kernel = target_kernel(runtime)
    loaded = (set(it["imports"]) for it in kernel.lock["packages"].values())
    return kernel.modules - BUILT_IN - set().union(*loaded)


def makers() -> bytes:
    """The code that makes snapshots, as part of the cache key."""
    script = (ASSETS / "node" / SCRIPT).read_bytes()
    return code_digest(__name__, without=INPUTS).encode() + script

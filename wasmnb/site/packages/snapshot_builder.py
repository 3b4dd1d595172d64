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
- A snapshot is at most LARGEST times the size of the one without packages; the largest packages
  are left out until it is. If compiled packages fail altogether, only the pure ones are tried.
- A result is cached by a digest of all inputs: assets, packages, imports, Node's version, and the
  code that makes it. Failures are cached, too, and tried again with `--bake`. At most KEPT results
  stay (about 90 MB each), the least recently used ones are removed.
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
from wasmnb.site.packages.bundled import Ours
from wasmnb.site.packages.bytecode import pyodide
from wasmnb.site.packages.download_cache import keep
from wasmnb.site.packages.environment import Environment
from wasmnb.site.packages.other_pyodide import in_site, publish
from wasmnb.site.packages.preinstalled import BUILT_IN, kernel
from wasmnb.site.packages.snapshot_types import SNAPSHOT, CannotBake, Outcome, top_of
from wasmnb.site.reporter import Talk

SCRIPT = "snapshot.mjs"
PURE, WHEEL = "-none-any.whl", ".whl"
OUTCOME = "baked.json"
FAILED = "failed"
SECONDS = 300
KEPT = 4
FAILURE = re.compile(r"^[\w.]*Error: .{1,300}$", re.M)
# Modules that deliver what snapshots are made from, which has hashes of its own.
INPUTS = bytecode.INPUTS | {"wasmnb.site.packages.environment", "wasmnb.site.reporter"}
LARGEST = 2  # times as large as without packages


class SnapshotBuilder:
    """Makes the snapshot of a site."""

    def __init__(self, ours: Ours, found: Environment, talk: Talk, node: list[str]) -> None:
        self._ours = ours
        self._imports = found.imports
        self._talk = talk
        self._node = node
        self._entries: dict[str, Any] = json.loads(found.kernel_lock)["packages"]
        self._wheels = {path.removeprefix("pyodide/"): file for path, _, file in found.files()}
        self._own = own_modules(ours.folder)
        self._largest = LARGEST * ours.manifest["files"][SNAPSHOT]["bytes"]

    def outcome(self, *, is_asked: bool) -> tuple[Path, Outcome]:
        """The folder with it; made unless it was before. CannotBake is remembered, too."""
        asked = {name: sorted(names) for name, names in sorted(self._imports.items())}
        given = [self._ours.manifest, self._entries, asked, self._node[1:], version(self._node[0])]
        parts = [json.dumps(given).encode(), made_by()]
        made_from = sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()
        folder = user_cache_path("wasmnb") / "baked" / made_from
        file = folder / OUTCOME
        told = json.loads(file.read_text("utf-8")) if file.is_file() else None
        if told is None or (FAILED in told and is_asked):
            told = self._noted(folder / "pyodide")
            keep(file, json.dumps(told).encode())
            tidy(folder.parent)
        file.touch()
        if FAILED in told:
            raise CannotBake(f"{told[FAILED]} With --bake it is tried again.")
        return folder, Outcome(frozenset(told["packages"]), told["left_out"])

    def _noted(self, folder: Path) -> dict[str, Any]:
        """What came of it, to be kept."""
        try:
            found = self._make(folder)
        except CannotBake as error:
            return {FAILED: str(error)}
        return {"packages": sorted(found.packages), "left_out": dict(found.left_out)}

    def _make(self, folder: Path) -> Outcome:
        """Fills the folder, leaving out module after module until the rest can be in it."""
        wanted = self._wanted()
        compiled = {name for name, it in wanted.items() if not all(map(self._pure, it))}
        try:
            return self._fill(folder, wanted, {})
        except CannotBake as error:
            if not compiled:
                raise
            return self._fill(folder, wanted, dict.fromkeys(compiled, str(error)))

    def _fill(
        self, folder: Path, wanted: Mapping[str, frozenset[str]], left_out: dict[str, str]
    ) -> Outcome:
        useless = set[str]()
        while wanted.keys() - left_out.keys():
            chosen = {name: it for name, it in wanted.items() if name not in left_out}
            self._talk.doing(f"Importing into the kernel's snapshot: {', '.join(chosen)}")
            packages = frozenset[str]().union(*chosen.values())
            assets, shared = self._assets(packages, useless)
            more = self._statements(chosen, left_out)
            refused, unused, snapshot = self._saved(assets, shared, more)
            if refused:
                left_out |= {name: f"importing it {why}." for name, why in refused.items()}
            elif unused:
                useless |= unused
            elif (size := total(snapshot, *shared.values())) > self._largest:
                name = max(chosen, key=lambda name: self._size(chosen[name]))
                left_out[name] = f"their memory would begin with {size / 1e6:.0f} MB."
            else:
                self._publish({**assets, SNAPSHOT: snapshot}, packages, folder, shared)
                return Outcome(packages, self._told(left_out, wanted))
        return Outcome(frozenset(), self._told(left_out, wanted))

    def _wanted(self) -> dict[str, frozenset[str]]:
        """Modules of packages: those, and what they need."""
        tops = sorted(set(map(top_of, self._imports)))
        owners = {top: name for name, it in self._entries.items() for top in it["imports"]}
        needs = {top: self._needs(owners[top]) for top in tops if top in owners}
        return {top: names for top, names in needs.items() if all(map(self._is_wheel, names))}

    def _needs(self, name: str) -> frozenset[str]:
        """A package and all that it needs."""
        found, new = set[str](), {name}
        while new:
            found |= new
            new = {it for each in new for it in self._entries[each]["depends"]} - found
        return frozenset(found)

    def _is_wheel(self, name: str) -> bool:
        file: str = self._entries[name]["file_name"]
        return file.endswith(WHEEL)

    def _pure(self, name: str) -> bool:
        file: str = self._entries[name]["file_name"]
        return file.endswith(PURE)

    def _statements(
        self, chosen: Mapping[str, object], left_out: Mapping[str, str]
    ) -> list[tuple[str, list[str]]]:
        """What is imported into the memory: of packages, and of Python's library besides."""
        tops = (chosen.keys() | self._own) - left_out.keys()
        return [
            (name, sorted(names))
            for name, names in sorted(self._imports.items())
            if top_of(name) in tops
        ]

    def _assets(self, packages: Set[str], useless: Set[str]) -> tuple[Files, Files]:
        """What kernels start from, with those packages in the library; their shared libraries."""
        library: dict[str, bytes] = {}
        for name in ("library.zip", "sources.zip"):
            library |= archive.unpack(self._ours.read(name))
        library.pop("on-demand.json")
        for name in sorted(packages):
            library |= in_site(archive.unpack(self._file(name).read_bytes()))
        shared = shared_libraries.shared(library, useless)
        library = {path: data for path, data in library.items() if path not in shared}
        names = self._ours.manifest["files"].keys() - {SNAPSHOT}
        ours = {name: self._ours.read(name) for name in names}
        return {**ours, **archive.split(library)}, shared

    def _saved(
        self, assets: Files, shared: Files, statements: object
    ) -> tuple[dict[str, str], set[str], bytes]:
        """The modules that must not be in the memory, and why, and libraries that are not needed.

        If there are none, the memory.
        """
        with TemporaryDirectory(prefix="wasmnb-bake-") as made:
            work = Path(made).resolve()
            more, file = work / "more.json", work / SNAPSHOT
            places = shared_libraries.laid(shared, work / "libraries")
            more.write_text(json.dumps({"imports": statements, "libraries": places}))
            archive.lay({**pyodide(self._ours.folder), **assets}, work / "pyodide")
            arguments = [
                work / "pyodide",
                *(work / "pyodide" / f"{name}.zip" for name in ("library", "core", "sources")),
                file,
                more,
            ]
            started = command(ASSETS, [SCRIPT, *map(str, arguments)], [], [work], self._node)
            told = json.loads(said(started))
            memory = file.read_bytes() if file.is_file() else b""
            return told["refused"], set(told["unused"]), memory

    def _publish(self, assets: Files, packages: Set[str], folder: Path, shared: Files) -> None:
        for name in self._entries.keys() - packages:
            place = self._entries[name]["file_name"]
            if place not in self._wheels:
                keep(folder / place, (self._ours.folder / place).read_bytes())
        told = shared_libraries.published(shared, folder)
        publish(assets, self._ours.manifest["pyodide"], folder, told)

    def _told(self, left_out: Mapping[str, str], wanted: Mapping[str, object]) -> Mapping[str, str]:
        """Of Python's own modules nobody needs to hear."""
        return {name: reason for name, reason in left_out.items() if name in wanted}

    def _file(self, name: str) -> Path:
        place = self._entries[name]["file_name"]
        return self._wheels.get(place) or self._ours.folder / place

    def _size(self, packages: Set[str]) -> int:
        return sum(self._file(name).stat().st_size for name in packages)


def total(*parts: bytes) -> int:
    return sum(map(len, parts))


def tidy(cache: Path) -> None:
    """Removes what was not used for the longest time: each has some 90 MB."""
    outcomes = sorted(cache.glob(f"*/{OUTCOME}"), key=lambda file: file.stat().st_mtime)
    for file in outcomes[:-KEPT]:
        shutil.rmtree(file.parent, ignore_errors=True)


def said(started: list[str]) -> str:
    """The last line of what that says; CannotBake if it does not end well."""
    try:
        done = subprocess.run(  # noqa: S603
            started, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise CannotBake(f"Importing them takes more than {SECONDS} s.") from None
    if done.returncode != 0 or not done.stdout:
        errors = FAILURE.findall(done.stderr) or [f"Node ended with {done.returncode}."]
        raise CannotBake(f"A memory that has them cannot be saved. {errors[-1]}")
    return done.stdout.splitlines()[-1]


def own_modules(runtime: Path) -> Set[str]:
    """What a kernel can import before any package is loaded, and may not have imported yet."""
    has = kernel(runtime)
    loaded = (set(it["imports"]) for it in has.lock["packages"].values())
    return has.modules - BUILT_IN - set().union(*loaded)


def made_by() -> bytes:
    """What has a part in making it."""
    script = (ASSETS / "node" / SCRIPT).read_bytes()
    return code_digest(__name__, without=INPUTS).encode() + script

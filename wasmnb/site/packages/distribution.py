"""A Pyodide distribution: one release of Pyodide, and packages that were compiled for it."""

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platformdirs import user_cache_path

from wasmnb.errors import Unusable
from wasmnb.site.packages.download_cache import Unreachable, fetch, fetch_cached, new_folder

LOCK = "pyodide-lock.json"
NEEDED = ("abi_version", "arch", "platform", "python")
TESTS = "-tests"  # how packages of packages' tests are called

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Distribution:
    """Packages, each as the distribution's lock file describes it."""

    location: str
    """Where its files are: a folder, or an address that ends in a slash."""
    info: Mapping[str, Any]
    """Which Pyodide it is for."""
    entries: Mapping[str, Entry]
    sha256: str
    """Of its lock file, by which one edition of it is told from another."""
    progress: Callable[[str], None] = field(default=lambda _: None, compare=False)
    """Is told how far a file is that is fetched."""

    def wheels(self) -> Iterator[str]:
        """Its wheels, as requirements that say where they are."""
        for name, entry in self.entries.items():
            if entry["file_name"].endswith(".whl"):
                yield f"{name} @ {self.url(entry['file_name'])}"

    @property
    def modules(self) -> frozenset[str]:
        """The top level of what can be imported from its packages."""
        return frozenset(module for entry in self.entries.values() for module in entry["imports"])

    def url(self, file: str) -> str:
        """Where a file of it is."""
        return self.location + file if is_url(self.location) else Path(self.location, file).as_uri()

    def read(self, file: str) -> bytes:
        """A file of it; Unusable if it is not there. What is fetched is kept for this edition."""
        if is_url(self.location):
            return fetched_file(self.location + file, self.sha256, self.progress).read_bytes()
        return read_local(Path(self.location, file))

    def sha256_of(self, name: str) -> str | None:
        return str(self.entries[name]["sha256"]) if name in self.entries else None

    def provider(self, module: str) -> str | None:
        """The package that has a module."""
        having = (name for name, entry in self.entries.items() if module in entry["imports"])
        return next(having, None)

    def with_libraries(self, names: Iterable[str]) -> list[str]:
        """Those of the names that are packages here, and all that they are said to need."""
        found: dict[str, None] = {}
        todo = [name for name in names if name in self.entries]
        while todo:
            name = todo.pop()
            if name not in found and name in self.entries:
                found[name] = None
                todo += self.entries[name]["depends"]
        return sorted(found)

    def fetch(self, name: str, folder: Path) -> Path:
        """A package's file in a folder."""
        file = folder / str(self.entries[name]["file_name"]).rpartition("/")[2]
        file.write_bytes(self.package(name))
        return file

    def package(self, name: str) -> bytes:
        """A package, which is what the distribution's lock file says."""
        entry = self.entries[name]
        data = self.read(str(entry["file_name"]))
        found = hashlib.sha256(data).hexdigest()
        if found != entry["sha256"]:
            raise Unusable(
                f"{entry['file_name']} of the Pyodide distribution should have the sha256 "
                f"{entry['sha256']}, and has {found}. Get the distribution again."
            )
        return data


def open_distribution(named: str, progress: Callable[[str], None]) -> Distribution:
    """What `--pyodide` names; Unusable if that is none."""
    location = named if is_url(named) else str(Path(named).absolute())
    if location.endswith((".tar.bz2", ".tar.gz", ".tar.xz", ".tgz")):
        archive = fetched_file(location, "", progress) if is_url(location) else Path(location)
        progress(f"Unpacking {location.rpartition('/')[2]}")
        location = str(unpack_archive(archive, named))
    location = location.rstrip("/") + "/" if is_url(location) else location
    # What is at an address may be another edition by now.
    text = (
        fetch_lock(location + LOCK, progress)
        if is_url(location)
        else read_local(Path(location, LOCK))
    )
    try:
        content = json.loads(text)
        info, packages = content["info"], content["packages"]
        for name in NEEDED:
            info[name]
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{LOCK} in {named} cannot be read: {error}.") from error
    entries = {name: entry for name, entry in packages.items() if not name.endswith(TESTS)}
    return Distribution(location, info, entries, hashlib.sha256(text).hexdigest(), progress)


def is_url(location: str) -> bool:
    return urlsplit(location).scheme in ("http", "https")


def read_local(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise not_found(str(file), error) from error


def fetch_lock(url: str, progress: Callable[[str], None]) -> bytes:
    try:
        return fetch(url, progress)
    except Unreachable as error:
        raise not_found(url, error) from error


def fetched_file(url: str, edition: str, progress: Callable[[str], None]) -> Path:
    try:
        return fetch_cached(url, edition, progress)
    except Unreachable as error:
        raise not_found(url, error) from error


def not_found(location: str, error: Exception) -> Unusable:
    return Unusable(
        f"The Pyodide distribution has no {location.rpartition('/')[2]} at {location}: {error}. "
        "Name the folder, archive or address where its pyodide-lock.json is."
    )


def unpack_archive(archive: Path, named: str) -> Path:
    """The folder in an archive that has the lock file, laid down beside what was fetched before."""
    try:
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        location = user_cache_path("wasmnb") / "distributions" / digest
        if not location.is_dir():
            with new_folder(location) as unfinished, tarfile.open(archive) as opened:
                opened.extractall(unfinished, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise Unusable(f"The archive {named} cannot be unpacked: {error}.") from error
    for found in location.rglob(LOCK):
        return found.parent
    raise Unusable(f"{named} is no Pyodide distribution: there is no {LOCK} in it.")

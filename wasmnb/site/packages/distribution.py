"""A Pyodide distribution: a release of Pyodide, with packages that are compiled for it."""

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
    """The packages of a distribution, as its lock file describes them."""

    location: str
    """The folder of its files, or a URL that ends in a slash."""
    info: Mapping[str, Any]
    """The version of Pyodide, its Python and its ABI."""
    entries: Mapping[str, Entry]
    sha256: str
    """The hash of its lock file, which identifies an edition."""
    progress: Callable[[str], None] = field(default=lambda _: None, compare=False)
    """Called with the progress of downloads."""

    def wheels(self) -> Iterator[str]:
        """Its wheels as requirements with URLs (`name @ url`)."""
        for name, entry in self.entries.items():
            if entry["file_name"].endswith(".whl"):
                yield f"{name} @ {self.url(entry['file_name'])}"

    @property
    def modules(self) -> frozenset[str]:
        """The top-level modules of its packages."""
        return frozenset(module for entry in self.entries.values() for module in entry["imports"])

    def url(self, file: str) -> str:
        """The URL of one of its files."""
        return self.location + file if is_url(self.location) else Path(self.location, file).as_uri()

    def read(self, file: str) -> bytes:
        """One of its files; Unusable if there is none. Downloads are cached for this edition."""
        if is_url(self.location):
            return fetched_file(self.location + file, self.sha256, self.progress).read_bytes()
        return read_local(Path(self.location, file))

    def sha256_of(self, name: str) -> str | None:
        return str(self.entries[name]["sha256"]) if name in self.entries else None

    def provider(self, module: str) -> str | None:
        """The package that provides a module."""
        having = (name for name, entry in self.entries.items() if module in entry["imports"])
        return next(having, None)

    def with_libraries(self, names: Iterable[str]) -> list[str]:
        """The named packages that it has, with all their dependencies."""
        found: dict[str, None] = {}
        todo = [name for name in names if name in self.entries]
        while todo:
            name = todo.pop()
            if name not in found and name in self.entries:
                found[name] = None
                todo += self.entries[name]["depends"]
        return sorted(found)

    def fetch(self, name: str, folder: Path) -> Path:
        """Saves a package's file in a folder."""
        file = folder / str(self.entries[name]["file_name"]).rpartition("/")[2]
        file.write_bytes(self.package(name))
        return file

    def package(self, name: str) -> bytes:
        """The bytes of a package, verified by the lock file's hash."""
        entry = self.entries[name]
        data = self.read(str(entry["file_name"]))
        digest = hashlib.sha256(data).hexdigest()
        if digest != entry["sha256"]:
            raise Unusable(
                f"{entry['file_name']} of the Pyodide distribution should have the sha256 "
                f"{entry['sha256']}, and has {digest}. Get the distribution again."
            )
        return data


def open_distribution(named: str, progress: Callable[[str], None]) -> Distribution:
    """The distribution that `--pyodide` names; Unusable if it is none."""
    location = named if is_url(named) else str(Path(named).absolute())
    if location.endswith((".tar.bz2", ".tar.gz", ".tar.xz", ".tgz")):
        archive = fetched_file(location, "", progress) if is_url(location) else Path(location)
        progress(f"Unpacking {location.rpartition('/')[2]}")
        location = str(unpack_archive(archive, named))
    location = location.rstrip("/") + "/" if is_url(location) else location
    # Not from the cache: the URL may have another edition by now.
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
    """The folder of the lock file in an archive, which is extracted into the cache."""
    try:
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        location = user_cache_path("wasmnb") / "distributions" / digest
        if not location.is_dir():
            with new_folder(location) as unfinished, tarfile.open(archive) as opened:
                opened.extractall(unfinished, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise Unusable(f"The archive {named} cannot be unpacked: {error}.") from error
    for file in location.rglob(LOCK):
        return file.parent
    raise Unusable(f"{named} is no Pyodide distribution: there is no {LOCK} in it.")

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
from wasmnb.site.packages.download_cache import Unreachable, fetch, fetched, new_folder

LOCK = "pyodide-lock.json"
NEEDED = ("abi_version", "arch", "platform", "python")
TESTS = "-tests"  # how packages of packages' tests are called

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Distribution:
    """Packages, each as the distribution's lock file describes it."""

    place: str
    """Where its files are: a folder, or an address that ends in a slash."""
    info: Mapping[str, Any]
    """Which Pyodide it is for."""
    entries: Mapping[str, Entry]
    sha256: str
    """Of its lock file, by which one edition of it is told from another."""
    doing: Callable[[str], None] = field(default=lambda _: None, compare=False)
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
        return self.place + file if is_url(self.place) else Path(self.place, file).as_uri()

    def read(self, file: str) -> bytes:
        """A file of it; Unusable if it is not there. What is fetched is kept for this edition."""
        if is_url(self.place):
            return fetched_file(self.place + file, self.sha256, self.doing).read_bytes()
        return local(Path(self.place, file))

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


def distribution(given: str, doing: Callable[[str], None]) -> Distribution:
    """What `--pyodide` names; Unusable if that is none."""
    place = given if is_url(given) else str(Path(given).absolute())
    if place.endswith((".tar.bz2", ".tar.gz", ".tar.xz", ".tgz")):
        archive = fetched_file(place, "", doing) if is_url(place) else Path(place)
        doing(f"Unpacking {place.rpartition('/')[2]}")
        place = str(unpacked(archive, given))
    place = place.rstrip("/") + "/" if is_url(place) else place
    # What is at an address may be another edition by now.
    text = there(place + LOCK, doing) if is_url(place) else local(Path(place, LOCK))
    try:
        content = json.loads(text)
        info, packages = content["info"], content["packages"]
        for name in NEEDED:
            info[name]
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{LOCK} in {given} cannot be read: {error}.") from error
    entries = {name: entry for name, entry in packages.items() if not name.endswith(TESTS)}
    return Distribution(place, info, entries, hashlib.sha256(text).hexdigest(), doing)


def is_url(place: str) -> bool:
    return urlsplit(place).scheme in ("http", "https")


def local(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise absent(str(file), error) from error


def there(url: str, doing: Callable[[str], None]) -> bytes:
    try:
        return fetch(url, doing)
    except Unreachable as error:
        raise absent(url, error) from error


def fetched_file(url: str, edition: str, doing: Callable[[str], None]) -> Path:
    try:
        return fetched(url, edition, doing)
    except Unreachable as error:
        raise absent(url, error) from error


def absent(place: str, error: Exception) -> Unusable:
    return Unusable(
        f"The Pyodide distribution has no {place.rpartition('/')[2]} at {place}: {error}. "
        "Name the folder, archive or address where its pyodide-lock.json is."
    )


def unpacked(archive: Path, given: str) -> Path:
    """The folder in an archive that has the lock file, laid down beside what was fetched before."""
    try:
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        place = user_cache_path("wasmnb") / "distributions" / digest
        if not place.is_dir():
            with new_folder(place) as unfinished, tarfile.open(archive) as opened:
                opened.extractall(unfinished, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise Unusable(f"The archive {given} cannot be unpacked: {error}.") from error
    for found in place.rglob(LOCK):
        return found.parent
    raise Unusable(f"{given} is no Pyodide distribution: there is no {LOCK} in it.")

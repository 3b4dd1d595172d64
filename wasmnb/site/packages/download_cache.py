"""The cache of downloads, and how files get into the user's cache.

A file or folder of the cache is there as a whole or not at all: it is written under a name of its
own and then renamed, so builds can run side by side and be killed at any time. Each download
has its SHA-256 in a file beside it, and is fetched again if it does not match.
"""

import http.client
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from urllib.error import URLError
from uuid import uuid4

from platformdirs import user_cache_path

MEGABYTE = 1_000_000
DAY = 24 * 60 * 60
UNFINISHED = ".part"  # the end of names that are unique: builds may run at the same time


class Unreachable(Exception):
    """A URL that cannot be fetched."""


def fetch_cached(url: str, edition: str, progress: Callable[[str], None]) -> Path:
    """The file at a URL; from the cache if it is intact and of the same edition."""
    name = sha256(f"{edition} {url}".encode()).hexdigest()
    file = user_cache_path("wasmnb") / "fetched" / name
    checksum = file.with_suffix(".sha256")
    if not is_intact(file, checksum):
        checksum.unlink(missing_ok=True)
        data = fetch(url, progress)
        write_atomically(file, data)
        write_atomically(checksum, sha256(data).hexdigest().encode())
    return file


def is_intact(file: Path, checksum: Path) -> bool:
    try:
        return checksum.read_text("utf-8") == sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError:
        return False


def fetch(url: str, progress: Callable[[str], None]) -> bytes:
    """The bytes at a URL; Unreachable if not all of them come."""
    name = url.rpartition("/")[2]
    try:
        with urllib.request.urlopen(url) as response:  # noqa: S310  a file, or what the user names
            size = int(response.headers.get("Content-Length") or 0)
            received = bytearray()
            while data := response.read(MEGABYTE):
                received += data
                progress(
                    f"Fetching {name}: {len(received) / MEGABYTE:.0f} of {size / MEGABYTE:.0f} MB"
                )
    except (URLError, OSError, http.client.HTTPException) as error:
        raise Unreachable(str(error)) from error
    if size and len(received) != size:
        raise Unreachable(f"only {len(received)} of {size} bytes came")
    return bytes(received)


def write_atomically(file: Path, data: bytes) -> None:
    """Writes a temporary file and renames it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{uuid4().hex}{UNFINISHED}")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder to fill, then renamed; another build may have been first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    remove_orphans(folder)
    unfinished = folder.with_name(f"{folder.name}.{uuid4().hex}{UNFINISHED}")
    unfinished.mkdir()
    try:
        yield unfinished
        unfinished.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def remove_orphans(folder: Path) -> None:
    """Removes temporary folders of killed builds, of some 50 MB or more each."""
    for orphan in folder.parent.glob(f"*{UNFINISHED}"):
        with suppress(FileNotFoundError):
            if time.time() - orphan.stat().st_mtime > DAY:
                shutil.rmtree(orphan, ignore_errors=True)

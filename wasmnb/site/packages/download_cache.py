"""What is fetched from elsewhere and kept in the user's cache, with its hash beside it."""

import http.client
import urllib.request
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.error import URLError

from platformdirs import user_cache_path

MEGABYTE = 1_000_000


class Unreachable(Exception):
    """There is nothing at that address, or it cannot be reached."""


def fetched(url: str, edition: str, doing: Callable[[str], None]) -> Path:
    """A file from an address; that of an earlier build, if it is whole and of the same edition."""
    name = sha256(f"{edition} {url}".encode()).hexdigest()
    file = user_cache_path("wasmnb") / "fetched" / name
    beside = file.with_suffix(".sha256")
    if not is_whole(file, beside):
        beside.unlink(missing_ok=True)
        data = fetch(url, doing)
        keep(file, data)
        keep(beside, sha256(data).hexdigest().encode())
    return file


def is_whole(file: Path, beside: Path) -> bool:
    try:
        return beside.read_text() == sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError:
        return False


def fetch(url: str, doing: Callable[[str], None]) -> bytes:
    """What is at that address, whole, else Unreachable; how far it has come is told."""
    name = url.rpartition("/")[2]
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310  a file, or what the user names
            size = int(answer.headers.get("Content-Length") or 0)
            found = bytearray()
            while data := answer.read(MEGABYTE):
                found += data
                doing(f"Fetching {name}: {len(found) / MEGABYTE:.0f} of {size / MEGABYTE:.0f} MB")
    except (URLError, OSError, http.client.HTTPException) as error:
        raise Unreachable(str(error)) from error
    if size and len(found) != size:
        raise Unreachable(f"only {len(found)} of {size} bytes came")
    return bytes(found)


def keep(place: Path, data: bytes) -> None:
    """Writes a file that is there as a whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f"{place.name}.part")
    unfinished.write_bytes(data)
    unfinished.replace(place)

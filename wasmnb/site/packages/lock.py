"""`wasmnb.lock` in the folder: pins the packages of a site."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from wasmnb.errors import Unusable
from wasmnb.site.config import LOCK

ABOUT = "Made by `wasmnb build`, which takes these packages again. Keep it beside the notebooks."


@dataclass(frozen=True)
class Locked:
    """A pinned package."""

    name: str
    version: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Lock:
    """The inputs of a resolution (`asked`), and its packages."""

    asked: Sequence[str]
    packages: Sequence[Locked]
    missing: Sequence[str]
    """Modules that no package provides."""


def read(folder: Path) -> Lock | None:
    """The lock of an earlier build; Unusable if it is damaged."""
    try:
        text = (folder / LOCK).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        found = json.loads(text)
        packages = [Locked(**each) for each in found["packages"]]
        return Lock(found["asked"], packages, found["missing"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(
            f"{LOCK} cannot be read ({error}). Put it back as it was, or delete it to have the "
            "packages looked for anew."
        ) from error


def write(lock: Lock, folder: Path) -> None:
    """Saves the lock, if it has changed."""
    content = {"about": ABOUT, **asdict(lock)}
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    file = folder / LOCK
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"{file} cannot be written: {error.strerror}.") from error

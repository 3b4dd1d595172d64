"""Writes a site to disk, incrementally: a file is rebuilt when its source digest changes.

Each `File` of a site states a digest of everything that it is made from, before it is made.
`site.json` in the site records, for each file, that digest and the SHA-256 of the bytes that were
written. A build makes a file again unless both hold: the recorded source digest is the present
one, and the bytes on disk still have the recorded hash (someone may have edited them). Files that
the record lists and the site no longer has are removed; files that the record does not list were
not written by a build, so a folder with other things in it is refused, never emptied.
The record is saved last: after an interrupted build, changed files fail the comparison and are
made again.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from wasmnb import __version__
from wasmnb.errors import Unusable

RECORD = "site.json"


class PathClash(Unusable):
    """Two files of a site have the same path."""


@dataclass(frozen=True)
class File:
    """A file of a site, made only if its source digest has changed."""

    path: str
    group: str
    source: str  # digest of everything that it is made from
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Written:
    """A file that is on disk, unchanged or new."""

    file: File
    size: int
    is_new: bool


Record = dict[str, dict[str, Any]]


def write(files: Iterable[File], out: Path) -> Iterator[Written]:
    """Writes the files that changed, and removes those of an earlier build that are gone."""
    site = by_path(files)
    before = read_record(out)
    after: Record = {}
    for path, file in site.items():
        earlier = unchanged(file, out / path, before.get(path))
        entry = earlier or make_file(file, out / path)
        after[path] = entry
        yield Written(file, entry["bytes"], earlier is None)
    for path in before.keys() - site.keys():
        remove(out, path)
    save_record(out, after)


def by_path(files: Iterable[File]) -> dict[str, File]:
    """The files by path; PathClash if two have one path, or one has the path of a folder."""
    files_by_path: dict[str, File] = {}
    for file in files:
        if file.path in files_by_path:
            raise PathClash(f"Two files of the site would be {file.path!r}; rename one of them.")
        files_by_path[file.path] = file
    for path in files_by_path:
        for folder in PurePosixPath(path).parents:
            if folder.as_posix() in files_by_path:
                raise PathClash(
                    f"{folder.as_posix()!r} of the site would be a file, and the folder of "
                    f"{path!r}; rename one of them."
                )
    return dict(sorted(files_by_path.items()))


def read_record(out: Path) -> Record:
    """The record of the earlier build; Unusable if the folder has other files and no record."""
    try:
        files: Record = json.loads((out / RECORD).read_text(encoding="utf-8"))["files"]
        return files
    except FileNotFoundError:
        if out.exists() and any(out.iterdir()):
            raise Unusable(
                f"{str(out)!r} is not empty, and no site that wasmnb has built; "
                "name another folder with -o."
            ) from None
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{out / RECORD} is damaged ({error}); delete the site first.") from error


def unchanged(file: File, target: Path, entry: dict[str, Any] | None) -> dict[str, Any] | None:
    """The record of a file, if the one on disk is what would be made; else None."""
    if entry is None or entry["source"] != file.source or not target.is_file():
        return None
    return entry if digest(target.read_bytes()) == entry["sha256"] else None


def make_file(file: File, target: Path) -> dict[str, Any]:
    data = file.make()
    for folder in target.parents:
        if folder.is_file():  # an earlier site had a file of this name
            folder.unlink()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return {"source": file.source, "sha256": digest(data), "bytes": len(data)}


def remove(out: Path, path: str) -> None:
    """Removes a file, and the folders that it leaves empty."""
    target = out / path
    if target.is_file():
        target.unlink()
    for folder in target.parents:
        if folder == out or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


def save_record(out: Path, files: Record) -> None:
    text = json.dumps({"wasmnb": __version__, "files": files}, indent=0, sort_keys=True)
    (out / RECORD).write_text(text, encoding="utf-8")


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()

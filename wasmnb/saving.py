"""Putting a file on disk: the old one or the new one, whole, whatever happens in between."""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from wasmnb.problems import Invalid, about


def save_bytes(path: Path, data: bytes) -> None:
    with replacing(path) as file:
        file.write(data)


def copy_bytes(source: Path, target: Path) -> None:
    with source.open("rb") as old, replacing(target) as new:
        shutil.copyfileobj(old, new)


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder and all in it: the copy appears when it is whole."""
    temporary = target.with_name(f".~{token_hex(8)}.tmp")
    try:
        shutil.copytree(source, temporary, symlinks=True, copy_function=copy_within)
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def copy_within(source: str, target: str) -> None:
    """Copy one of a folder's files; a problem, which unlike an OSError ends copytree at once."""
    with about(Path(source).name):
        if not Path(source).is_file():
            raise Invalid(f"{Path(source).name!r} is neither a file nor a folder: not copied.")
        copy_bytes(Path(source), Path(target))
        shutil.copystat(source, target)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write the file at that path anew: it changes in one step when all is on disk, or not at all.

    Written beside its place, synced, renamed over it: so readers see either file, and a crash
    leaves either. Permissions and, where the system lets us, the owner stay.
    """
    old = replaceable(path)
    temporary = path.with_name(f".~{token_hex(8)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if old:
                keep_owner_and_mode(descriptor, old)
            yield file
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def replaceable(path: Path) -> os.stat_result | None:
    """What stands at that path and may be replaced: a regular file that is ours to write."""
    try:
        old = path.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(old.st_mode):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return old


def keep_owner_and_mode(descriptor: int, old: os.stat_result) -> None:
    mine = os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (mine.st_uid, mine.st_gid):
        # Only root may give files away; for others the saved file becomes theirs.
        with suppress(PermissionError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def sync_folder(folder: Path) -> None:
    """A rename is on disk when the folder that holds the name is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

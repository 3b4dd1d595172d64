"""Putting a file on disk: the old one or the new one, whole, whatever happens in between."""

import errno
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from wasmnb.contents.errors import Invalid, about, is_in_use
from wasmnb.contents.fileio.rename import move
from wasmnb.contents.fileio.tempfiles import IS_OPEN_LOCKED, temporary_file, temporary_folder

Check = Callable[[], None]
DELAYS = (0.05, 0.1, 0.2, 0.6)  # seconds


def whatever_is_there() -> None:
    """The check of a change that may replace anything."""


def save_bytes(path: Path, data: bytes, check: Check = whatever_is_there) -> os.stat_result:
    """Make these bytes the file at that path; what there is then."""
    with pending(path) as new:
        new.file.write(data)
        return new.finish(check)


def copy_bytes(source: Path, target: Path) -> None:
    with source.open("rb") as old:
        copy_stream(old, target)


def copy_stream(source: BinaryIO, target: Path) -> None:
    with pending(target) as new:
        shutil.copyfileobj(source, new.file)
        new.finish()


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder and all in it: the copy appears when it is whole."""
    with temporary_folder(beside=target) as temporary:
        shutil.copytree(
            source, temporary, symlinks=True, copy_function=copy_within, dirs_exist_ok=True
        )
        move(temporary, target)
    sync_folder(target.parent)


def copy_within(source: str, target: str) -> None:
    """Copy one of a folder's files; a problem, which unlike an OSError ends copytree at once."""
    with about(Path(source).name):
        if not Path(source).is_file():
            raise Invalid(f"{Path(source).name!r} is neither a file nor a folder: not copied.")
        copy_bytes(Path(source), Path(target))
        shutil.copystat(source, target)


class Pending:
    """A file that is being written: beside its place, ours alone, until it is whole.

    It takes its place in one step when all is on disk, or never: so readers see either file, and
    a crash leaves either. Permissions, attributes and, where the system lets us, the owner stay.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._is_done = False
        # What is in a file that others may not read is not for them meanwhile.
        mode = 0o600 if replaceable(place) else 0o666
        self._path, descriptor = temporary_file(place.parent, mode)
        self.file = os.fdopen(descriptor, "wb")

    def finish(self, check: Check = whatever_is_there) -> os.stat_result:
        """Take the place, if the check finds there at the last moment what it wants to."""
        descriptor = self.file.fileno()
        self.file.flush()
        old = replaceable(self._place)
        if old:
            keep_what_was_set(descriptor, self._place, old)
        os.fsync(descriptor)
        check()
        if IS_OPEN_LOCKED:
            info = os.fstat(descriptor)
            self.file.close()
            self._rename(over=old is not None)
        else:
            self._rename(over=old is not None)
            info = os.fstat(descriptor)  # with the `ctime` of the rename
            self.file.close()
        sync_folder(self._place.parent)
        return info

    def drop(self) -> None:
        """Give up what has not taken its place; nothing else is changed."""
        self.file.raw.close()  # without flushing the buffer
        if not self._is_done:
            self._path.unlink(missing_ok=True)

    def _rename(self, *, over: bool) -> None:
        patiently(replace if over else move, self._path, self._place)
        self._is_done = True


@contextmanager
def pending(place: Path) -> Iterator[Pending]:
    """A file to write and finish in this block; given up if it is not."""
    new = Pending(place)
    try:
        yield new
    finally:
        new.drop()


def replace(old: Path, new: Path) -> None:
    old.replace(new)


def patiently(rename: Callable[[Path, Path], None], old: Path, new: Path) -> None:
    """Rename; try again for a second if another program, such as a virus scanner, has it open."""
    for delay in DELAYS:
        try:
            return rename(old, new)
        except PermissionError as error:
            if not is_in_use(error):
                raise
            time.sleep(delay)
    return rename(old, new)


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


def keep_what_was_set(descriptor: int, path: Path, old: os.stat_result) -> None:
    if not hasattr(os, "fchown"):  # Windows, where a file has its folder's permissions
        return
    mine = os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (mine.st_uid, mine.st_gid):
        # Only root may give files away; for others the saved file becomes theirs.
        with suppress(PermissionError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    if hasattr(os, "listxattr"):  # Linux alone; access lists (ACLs) are among them
        with suppress(OSError):  # of a disk without them, or of those that only root may set
            for name in os.listxattr(path):
                os.setxattr(descriptor, name, os.getxattr(path, name))


def sync_folder(folder: Path) -> None:
    """A rename is on disk when the folder that holds the name is."""
    if IS_OPEN_LOCKED:  # Windows cannot open a folder; NTFS has the rename in its journal
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

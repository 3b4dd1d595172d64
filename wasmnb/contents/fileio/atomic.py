"""Atomic, durable writes: temporary file, fsync, rename, fsync of the folder.

1. Write to a temporary file in the target's folder, which is on the same disk.
2. Copy the target's permissions, owner and extended attributes to it.
3. `fsync` it, then check the request's preconditions once more, as late as possible.
4. Rename it over the target (`os.replace`); if there is no target, without overwriting one that
   another program has just made.
5. `fsync` the folder, which makes the rename durable.

Invariant: readers see the old file or the new one, whole, and so does whoever looks after a crash
or a loss of power at any of these steps. See `man 2 rename`, and
https://lwn.net/Articles/457667/ on fsync. A crash can leave a temporary file (`tempfiles.sweep`).
"""

import errno
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from wasmnb.contents.errors import Invalid, errors_about, is_in_use
from wasmnb.contents.fileio.rename import rename_exclusively
from wasmnb.contents.fileio.tempfiles import IS_OPEN_LOCKED, temporary_file, temporary_folder

Check = Callable[[], None]
RETRY_SECONDS = (0.05, 0.1, 0.2, 0.6)


def no_check() -> None:
    """The check of a write without preconditions."""


def write_bytes(path: Path, data: bytes, check: Check = no_check) -> os.stat_result:
    """Write a whole file; its `fstat` afterwards."""
    with atomic_file(path) as new:
        new.stream.write(data)
        return new.commit(check)


def copy_bytes(source: Path, target: Path) -> None:
    with source.open("rb") as old:
        copy_stream(old, target)


def copy_stream(source: BinaryIO, target: Path) -> None:
    with atomic_file(target) as new:
        shutil.copyfileobj(source, new.stream)
        new.commit()


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder recursively; the copy appears when it is complete."""
    with temporary_folder(beside=target) as temporary:
        shutil.copytree(
            source, temporary, symlinks=True, copy_function=copy_within, dirs_exist_ok=True
        )
        rename_exclusively(temporary, target)
    fsync_folder(target.parent)


def copy_within(source: str, target: str) -> None:
    """Copy one file of a folder.

    Its errors are raised as a Problem, because `copytree` collects an OSError and goes on.
    """
    with errors_about(Path(source).name):
        if not Path(source).is_file():
            name = Path(source).name
            raise Invalid(f"{name!r} was not copied: it is neither a file nor a folder.")
        copy_bytes(Path(source), Path(target))
        shutil.copystat(source, target)


class AtomicFile:
    """A temporary file that replaces its target when it is complete."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._is_done = False
        # The content of a private file must not be readable in its temporary file either.
        mode = 0o600 if replaceable(target) else 0o666
        self._path, descriptor = temporary_file(target.parent, mode)
        self.stream = os.fdopen(descriptor, "wb")

    def commit(self, check: Check = no_check) -> os.stat_result:
        """Replace the target unless the check raises; the `fstat` of the new file."""
        descriptor = self.stream.fileno()
        self.stream.flush()
        old = replaceable(self._target)
        if old:
            copy_metadata(descriptor, self._target, old)
        os.fsync(descriptor)
        check()
        if IS_OPEN_LOCKED:
            info = os.fstat(descriptor)
            self.stream.close()
            self._rename(over=old is not None)
        else:
            self._rename(over=old is not None)
            info = os.fstat(descriptor)  # with the `ctime` of the rename
            self.stream.close()
        fsync_folder(self._target.parent)
        return info

    def discard(self) -> None:
        """Remove the temporary file, unless it has replaced its target."""
        self.stream.raw.close()  # without flushing the buffer
        if not self._is_done:
            self._path.unlink(missing_ok=True)

    def _rename(self, *, over: bool) -> None:
        retry_while_in_use(replace if over else rename_exclusively, self._path, self._target)
        self._is_done = True


@contextmanager
def atomic_file(target: Path) -> Iterator[AtomicFile]:
    """A file to write and commit in this block, else discarded."""
    new = AtomicFile(target)
    try:
        yield new
    finally:
        new.discard()


def replace(old: Path, new: Path) -> None:
    old.replace(new)


def retry_while_in_use(rename: Callable[[Path, Path], None], old: Path, new: Path) -> None:
    """Rename; retry for a second if another program, such as a virus scanner, has it open."""
    for delay in RETRY_SECONDS:
        try:
            return rename(old, new)
        except PermissionError as error:
            if not is_in_use(error):
                raise
            time.sleep(delay)
    return rename(old, new)


def replaceable(path: Path) -> os.stat_result | None:
    """The `lstat` of the file to be replaced, None if there is none.

    OSError if it is not a regular file, or is not writable.
    """
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


def copy_metadata(descriptor: int, path: Path, old: os.stat_result) -> None:
    """Give a new file the owner, permissions and extended attributes of the old one."""
    if not hasattr(os, "fchown"):  # Windows, where a file inherits its folder's permissions
        return
    mine = os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (mine.st_uid, mine.st_gid):
        # Only root may change the owner; a file saved by another user becomes theirs.
        with suppress(PermissionError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    if hasattr(os, "listxattr"):  # Linux only; they include access control lists
        with suppress(OSError):  # the disk has none, or only root may set them
            for name in os.listxattr(path):
                os.setxattr(descriptor, name, os.getxattr(path, name))


def fsync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    if IS_OPEN_LOCKED:  # Windows cannot open a folder; the journal of NTFS has the rename
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

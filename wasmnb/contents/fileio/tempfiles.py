"""Temporary files and folders, locked while in use; orphans of a crash are swept.

Whoever writes a temporary file keeps it open and locked (`flock`). The system releases the lock
when the process ends, however it ends. So a temporary file that can be locked is an orphan, and
its age does not matter. A folder's lock is a file beside it, `.~ID.lock` of `.~ID.tmp`, which
exists before the folder and outlives it.

Windows needs no lock: it refuses to remove a file that is open. It also refuses to rename one, so
there a file is closed just before it gets its final name (`IS_OPEN_LOCKED`). A sweep at that
moment would make the save fail, and nothing would be lost.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:
    IS_OPEN_LOCKED = True
else:
    IS_OPEN_LOCKED = False

NAME = re.compile(r"\.~[0-9a-f]{16}\.(tmp|lock)")

# Windows lacks the last two.
NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
EXISTING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


def temporary_path(folder: Path, suffix: str = ".tmp") -> Path:
    """An unused path in a folder: hidden, and recognised by `sweep`."""
    return folder / f".~{token_hex(8)}{suffix}"


def temporary_file(folder: Path, mode: int, suffix: str = ".tmp") -> tuple[Path, int]:
    """A new file in a folder, and its descriptor, locked."""
    while True:
        path = temporary_path(folder, suffix)
        descriptor = os.open(path, NEW, mode)
        try:
            lock(descriptor)
            if os.fstat(descriptor).st_nlink:  # not swept before it was locked
                return path, descriptor
        except BaseException:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        os.close(descriptor)


@contextmanager
def temporary_folder(beside: Path) -> Iterator[Path]:
    """A new folder next to another; removed at the end if it still has its temporary name."""
    locked, descriptor = temporary_file(beside.parent, 0o600, ".lock")
    path = locked.with_suffix(".tmp")
    try:
        path.mkdir()
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        remove_open(locked, descriptor)


def remove_open(path: Path, descriptor: int) -> None:
    """Remove and close a temporary file of this process."""
    if IS_OPEN_LOCKED:
        os.close(descriptor)
    path.unlink(missing_ok=True)
    if not IS_OPEN_LOCKED:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove the temporary files that crashed processes left in a folder."""
    try:
        orphans = [entry.name for entry in os.scandir(folder) if NAME.fullmatch(entry.name)]
    except OSError:  # the folder does not exist, or cannot be read
        return
    for name in orphans:
        with suppress(OSError):  # in use, removed by now, or not ours to remove
            remove_orphan(folder / name)


def remove_orphan(path: Path) -> None:
    """Remove a temporary file or folder; OSError if a process still uses it."""
    if not path.is_dir():
        remove_unlocked(path)
        return
    with suppress(FileNotFoundError):
        remove_unlocked(path.with_suffix(".lock"))
    shutil.rmtree(path)


def remove_unlocked(path: Path) -> None:
    """Remove a file; OSError if another process has it locked."""
    if IS_OPEN_LOCKED:
        path.unlink()
        return
    descriptor = os.open(path, EXISTING)
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
        path.unlink()
    finally:
        os.close(descriptor)


def lock(descriptor: int) -> None:
    if not IS_OPEN_LOCKED:
        with suppress(OSError):  # a disk without locks: orphans on it stay
            flock(descriptor, LOCK_EX)

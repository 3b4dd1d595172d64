"""Files and folders of ours that are not whole yet, and what is left of them after a crash.

Each is locked by whoever writes it. The system takes the lock away from a program that ends,
however it ends: so one that can be locked is nobody's any more, whatever the clock says.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

NAME = re.compile(r"\.~[0-9a-f]{16}\.tmp")


def temporary_path(folder: Path) -> Path:
    """A path in a folder that nothing has: hidden, and known as ours."""
    return folder / f".~{token_hex(8)}.tmp"


def temporary_file(folder: Path, mode: int) -> tuple[Path, int]:
    """A new file in a folder, and its descriptor, locked."""
    while True:
        path = temporary_path(folder)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            hold(descriptor)
            if os.fstat(descriptor).st_nlink:  # not swept away before it was locked
                return path, descriptor
        except BaseException:
            path.unlink(missing_ok=True)
            os.close(descriptor)
            raise
        os.close(descriptor)


@contextmanager
def temporary_folder(beside: Path) -> Iterator[Path]:
    """A new folder beside another; what still has its name at the end is removed."""
    path = temporary_path(beside.parent)
    path.mkdir()
    try:
        with held(path):
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        hold(descriptor)
        yield
    finally:
        os.close(descriptor)


def hold(descriptor: int) -> None:
    with suppress(OSError):  # of a disk without locks: what is left there stays
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def sweep(folder: Path) -> None:
    """Remove what programs that ended in the middle of their work left in a folder."""
    try:
        left = [entry.name for entry in os.scandir(folder) if NAME.fullmatch(entry.name)]
    except OSError:  # of a folder that is not there, or not for us to read
        return
    for name in left:
        with suppress(OSError):  # in use, gone by now, or not ours to remove
            remove_if_left(folder / name)


def remove_if_left(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    finally:
        os.close(descriptor)

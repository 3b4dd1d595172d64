"""Which content a file has: its hash, remembered for as long as the file stays as it is."""

import hashlib
import os
import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from wasmnb.contents.errors import not_a_file

REMEMBERED = 10_000

# Disks tell times in steps. A file that was changed just now may change again within the same
# step, and would look the same: https://git-scm.com/docs/racy-git
SETTLED = 2_000_000_000  # nanoseconds

# Larger files are hashed only if someone asks for it: a disk may hold some that take minutes.
SMALL = 64 * 1024 * 1024

NONBLOCK = getattr(os, "O_NONBLOCK", 0)  # Windows has neither this nor pipes with a path

type Look = tuple[int, int, int, int, int]


class Versions:
    """The hashes of the files that were read last."""

    def __init__(self) -> None:
        self._known: OrderedDict[Look, str] = OrderedDict()
        self._turn = threading.Lock()

    def hash(self, file: BufferedReader, info: os.stat_result) -> str:
        """The hash of an open file that has just been looked at."""
        found = self.known(info)
        if found is None:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            self._remember(info, found)
        return found

    def hash_of(self, data: bytes, info: os.stat_result) -> str:
        """The hash of what was read from a file, which may have changed since it was looked at."""
        found = hashlib.sha256(data).hexdigest()
        self._remember(info, found)
        return found

    def quick_hash(self, file: BufferedReader, info: os.stat_result) -> str | None:
        """The hash of a file if it is had at once, None of a large one that is not known."""
        small = info.st_size <= SMALL
        return self.hash(file, info) if small else self.known(info)

    def known(self, info: os.stat_result) -> str | None:
        """The hash of a file that was read before and is as it was then."""
        key = look(info)
        with self._turn:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def _remember(self, info: os.stat_result, found: str) -> None:
        if time.time_ns() - max(info.st_mtime_ns, info.st_ctime_ns) < SETTLED:
            return
        with self._turn:
            self._known[look(info)] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def look(info: os.stat_result) -> Look:
    """What is different of a file whenever its content is; nobody can set the time in `ctime`."""
    return info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns


@contextmanager
def opened(path: Path) -> Iterator[tuple[BufferedReader, os.stat_result]]:
    """A file to read and what is known of it, both of one moment: it may be replaced meanwhile."""
    with open_file(path) as file:
        yield file, os.fstat(file.fileno())


def open_file(path: Path) -> BufferedReader:
    file = open(path, "rb", opener=open_at_once)  # noqa: SIM115  Path has no opener
    try:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise not_a_file(path.name)
    except BaseException:
        file.close()
        raise
    return file


def open_at_once(path: str, flags: int) -> int:
    """Open without waiting for what writes into a pipe."""
    return os.open(path, flags | NONBLOCK)

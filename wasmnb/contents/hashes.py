"""Content hashes (SHA-256), memoised by a stat fingerprint.

A file's content is taken to be unchanged while its fingerprint is: device, inode, size, mtime and
ctime. On POSIX no program can set ctime, so to restore mtime after a change does not deceive this.

The weak point is the clock of the disk, which moves in steps: a file that has just been changed
can change again within one step and keep its fingerprint. Git calls such entries of its index
"racily clean" (https://git-scm.com/docs/racy-git). Here they are not stored: a hash is memoised
only if the file's times are older than `RACY_NANOSECONDS`, longer than the step of any usual disk.

The fingerprint must be of the very file that is hashed, so it comes from `fstat` on the open
descriptor and never from the path, which another file may have taken.
"""

import hashlib
import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from cachetools import LRUCache

from wasmnb.contents.errors import not_a_file

MAX_ENTRIES = 10_000
RACY_NANOSECONDS = 2_000_000_000

# Larger files are hashed only on request: for some that takes minutes.
MAX_CHEAP_SIZE = 64 * 1024 * 1024

NONBLOCK = getattr(os, "O_NONBLOCK", 0)  # Windows has neither this nor pipes with a path

type Fingerprint = tuple[int, int, int, int, int]


class ContentHashes:
    """An LRU cache of hashes, keyed by fingerprint."""

    def __init__(self) -> None:
        self._hashes = LRUCache[Fingerprint, str](MAX_ENTRIES)
        self._lock = threading.Lock()

    def hash(self, file: BufferedReader, info: os.stat_result) -> str:
        """The hash of an open file, whose `fstat` is given."""
        cached = self.cached(info)
        if cached is not None:
            return cached
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        self._store(info, digest)
        return digest

    def hash_of(self, data: bytes, info: os.stat_result) -> str:
        """The hash of content that was read from, or written to, the file of that `fstat`."""
        digest = hashlib.sha256(data).hexdigest()
        self._store(info, digest)
        return digest

    def hash_if_cheap(self, file: BufferedReader, info: os.stat_result) -> str | None:
        """The hash of an open file; None if the file is large and its hash is not cached."""
        is_cheap = info.st_size <= MAX_CHEAP_SIZE
        return self.hash(file, info) if is_cheap else self.cached(info)

    def cached(self, info: os.stat_result) -> str | None:
        """The hash of a file that has not changed since it was hashed."""
        with self._lock:
            return self._hashes.get(fingerprint(info))

    def _store(self, info: os.stat_result, digest: str) -> None:
        if time.time_ns() - max(info.st_mtime_ns, info.st_ctime_ns) < RACY_NANOSECONDS:
            return
        with self._lock:
            self._hashes[fingerprint(info)] = digest


def fingerprint(info: os.stat_result) -> Fingerprint:
    """What changes whenever a file's content does: device, inode, size, mtime and ctime."""
    return info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns


@contextmanager
def opened(path: Path) -> Iterator[tuple[BufferedReader, os.stat_result]]:
    """An open file and its `fstat`: both of one file, even if another takes its path."""
    with open_file(path) as file:
        yield file, os.fstat(file.fileno())


def open_file(path: Path) -> BufferedReader:
    """Open a regular file for reading."""
    file = open(path, "rb", opener=open_nonblocking)  # noqa: SIM115  Path has no opener
    try:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise not_a_file(path.name)
    except BaseException:
        file.close()
        raise
    return file


def open_nonblocking(path: str, flags: int) -> int:
    """Open without waiting for the writer of a named pipe."""
    return os.open(path, flags | NONBLOCK)

"""Locks: one writer per path; renames and deletes are exclusive.

A readers-writer lock over the whole namespace, with a mutex per file inside it:

- A change to a file's content locks that file. Changes to different files run side by side.
- A change of names (rename, delete, copy, new untitled file) locks the namespace. It waits until
  no file is locked; from its start no new file lock is granted, so writers cannot starve it.

Invariant: while a file is locked, no name changes. Which file a path means is worked out before
the lock is granted, so a waiting writer must work it out again if `namespace_version` has changed
meanwhile (`Contents._locked`). Locks are not reentrant, and hold for this process only; other
programs are handled by atomic renames (`fileio`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition


class PathLocks:
    """The locks of one folder's files and of its namespace."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._locked_files: set[Path] = set()
        self._is_namespace_locked = False
        self.namespace_version = 0
        """The number of changes of names so far."""

    @contextmanager
    def file(self, file: Path) -> Iterator[None]:
        """Lock one file, to change its content."""
        with self._condition:
            self._condition.wait_for(
                lambda: not self._is_namespace_locked and file not in self._locked_files
            )
            self._locked_files.add(file)
        try:
            yield
        finally:
            with self._condition:
                self._locked_files.remove(file)
                self._condition.notify_all()

    @contextmanager
    def namespace(self) -> Iterator[None]:
        """Lock all names, to rename, delete or create."""
        with self._condition:
            self._condition.wait_for(lambda: not self._is_namespace_locked)
            self._is_namespace_locked = True  # no file can be locked from now on
            self._condition.wait_for(lambda: not self._locked_files)
        try:
            yield
        finally:
            with self._condition:
                self._is_namespace_locked = False
                self.namespace_version += 1
                self._condition.notify_all()

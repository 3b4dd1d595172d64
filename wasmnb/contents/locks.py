"""Which changes wait for which, so that none is made to what another has just moved away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition


class Changes:
    """Changes to one file go one at a time, those to several side by side.

    A change of names (rename, delete, a new name) waits for all others, and all others for it.
    """

    def __init__(self) -> None:
        self._turn = Condition()
        self._files: set[Path] = set()
        self._are_names_changing = False
        self.of_names = 0  # how often names were changed

    @contextmanager
    def to_file(self, file: Path) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._are_names_changing and file not in self._files)
            self._files.add(file)
        try:
            yield
        finally:
            with self._turn:
                self._files.remove(file)
                self._turn.notify_all()

    @contextmanager
    def to_names(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._are_names_changing)
            self._are_names_changing = True  # from now on no other change begins
            self._turn.wait_for(lambda: not self._files)
        try:
            yield
        finally:
            with self._turn:
                self._are_names_changing = False
                self.of_names += 1
                self._turn.notify_all()

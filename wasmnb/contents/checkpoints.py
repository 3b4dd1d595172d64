"""Checkpoints: a saved state of a file that can be restored.

As in Jupyter, a file NAME.EXT has one, `.ipynb_checkpoints/NAME-checkpoint.EXT` in its folder.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from wasmnb.contents.errors import NotFound, Problem
from wasmnb.contents.fileio.atomic import copy_bytes
from wasmnb.contents.fileio.tempfiles import sweep
from wasmnb.contents.models import iso_time
from wasmnb.contents.paths import Folder

logger = logging.getLogger(__name__)

DIRECTORY = ".ipynb_checkpoints"
ONLY_ID = "checkpoint"


class Checkpoint(TypedDict):
    id: str
    last_modified: str


class Checkpoints:
    """The checkpoints of the files in a folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def list(self, path: str) -> list[Checkpoint]:
        copy = self._copy_of(self._folder.find(path), path)
        sweep(copy.parent)
        return [checkpoint(copy)] if copy.is_file() else []

    def create(self, path: str) -> Checkpoint:
        file = self._folder.find(path)
        copy = self._copy_of(file, path)
        copy.parent.mkdir(exist_ok=True)
        copy_bytes(file, copy)
        return checkpoint(copy)

    def restore(self, path: str, checkpoint_id: str) -> None:
        copy_bytes(self._existing(path, checkpoint_id), self._folder.target(path))

    def delete(self, path: str, checkpoint_id: str) -> None:
        self._existing(path, checkpoint_id).unlink()

    def follow(self, path: str, new_path: str) -> None:
        """Rename the checkpoint of a file that was renamed."""
        with unimportant(path):
            copy = self._copy_of(self._folder.destination(path), path)
            moved = self._copy_of(self._folder.destination(new_path), new_path)
            moved.unlink(missing_ok=True)  # of an earlier file of this name
            if copy.is_file():
                moved.parent.mkdir(exist_ok=True)
                copy.replace(moved)

    def forget(self, path: str) -> None:
        """Delete the checkpoint of a file that was deleted."""
        with unimportant(path):
            self._copy_of(self._folder.destination(path), path).unlink(missing_ok=True)

    def _existing(self, path: str, checkpoint_id: str) -> Path:
        copy = self._copy_of(self._folder.target(path), path)
        if checkpoint_id != ONLY_ID or not copy.is_file():
            raise NotFound(f"{path!r} has no checkpoint {checkpoint_id!r}.")
        return copy

    def _copy_of(self, file: Path, path: str) -> Path:
        copy = file.parent / DIRECTORY / f"{file.stem}-{ONLY_ID}{file.suffix}"
        return self._folder.inside(copy, path)


@contextmanager
def unimportant(path: str) -> Iterator[None]:
    """Log errors in this block: the change to the file itself has succeeded."""
    try:
        yield
    except (OSError, Problem) as error:
        logger.warning("The checkpoint of %r was not renamed or deleted: %s", path, error)


def checkpoint(copy: Path) -> Checkpoint:
    return Checkpoint(id=ONLY_ID, last_modified=iso_time(copy.stat().st_mtime))

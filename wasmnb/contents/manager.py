"""A folder, as the Jupyter contents API describes it.

https://jupyter-server.readthedocs.io/en/latest/developers/contents.html says what the models
mean. Nothing here knows HTTP: files are meant by API paths (`folder`), and what cannot be done is
raised (`problems`).
"""

import copy
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from wasmnb.contents import naming, notebooks
from wasmnb.contents.checkpoints import DIRECTORY as CHECKPOINTS
from wasmnb.contents.checkpoints import Checkpoint, Checkpoints
from wasmnb.contents.errors import Changed, Conflict, Forbidden, Invalid, Problem, about
from wasmnb.contents.fileio.atomic import Check, copy_folder, copy_stream, save_bytes, sync_folder
from wasmnb.contents.fileio.rename import move
from wasmnb.contents.fileio.tempfiles import sweep
from wasmnb.contents.hashes import opened
from wasmnb.contents.locks import Changes
from wasmnb.contents.models import Kind, Model, add_hash, as_kind, describe
from wasmnb.contents.paths import Folder, is_name, tidy
from wasmnb.contents.payload import Draft, draft, encoded
from wasmnb.contents.preconditions import ANYTHING, Expected
from wasmnb.contents.reader import Readable
from wasmnb.contents.trash import throw_away
from wasmnb.contents.uploads import Uploads
from wasmnb.limits import LIMITS, Limits

logger = logging.getLogger(__name__)

Saver = Callable[[Path, str, Draft, Check], Model]


class Contents(Readable):
    """The files and folders in one folder: read, saved, moved, copied and deleted."""

    def __init__(
        self,
        root: Path,
        *,
        follows_links: bool = False,
        to_trash: bool = False,
        confined: bool = False,
        limits: Limits = LIMITS,
    ) -> None:
        super().__init__(Folder(root, follows_links=follows_links), limits)
        self._is_users = True
        self._to_trash = to_trash
        self._confined = confined
        self._checkpoints = Checkpoints(self.folder)
        self._uploads = Uploads()
        self._changes = Changes()
        sweep(self.folder.root)

    def only(self, path: str) -> "Contents":
        """The same contents for a notebook's code: of that folder, and without a say in trust."""
        part = copy.copy(self)
        part.folder = self.folder.part(path)
        part._checkpoints = Checkpoints(part.folder)
        part._is_users = False
        return part

    def save(
        self, path: str, body: Mapping[str, Any], expected: Expected = ANYTHING
    ) -> tuple[Model, bool]:
        """Save a model that a client sent; its new model, and whether nothing was there before."""
        path = tidy(path)
        sent = draft(body, path)
        with about(path), self._changing(path) as file:
            return self._save(file, path, sent, expected)

    def new_untitled(self, folder: str, kind: str | None = None, ext: str = "") -> Model:
        """Make an empty file, notebook or folder under the first name that is free."""
        folder = tidy(folder)
        with about(folder), self._changes.to_names():
            made = as_kind(kind) or ("notebook" if ext == ".ipynb" else "file")
            if not is_name(f"untitled{ext}"):
                raise Invalid(f"{ext!r} cannot be the end of a file's name.")
            path = tidy(f"{folder}/{naming.untitled(made, ext, self._directory(folder))}")
            return self._save(self.folder.target(path), path, Draft(made), ANYTHING)[0]

    def copy(self, source: str, to: str) -> Model:
        """Copy a file or folder into a folder, as NAME-Copy1 if NAME is taken."""
        source, to = tidy(source), tidy(to)
        with about(source), self._changes.to_names():
            original = self.folder.find(source)
            name = naming.copied(source.rpartition("/")[2], self._directory(to))
            target = self.folder.place(f"{to}/{name}")
            if original in target.parents:
                raise Invalid(f"{source!r} was not copied: a folder cannot be put into itself.")
            if original.is_dir():
                copy_folder(original, target)
            else:
                with opened(original) as (old, _):
                    copy_stream(old, target)
            return self.get(f"{to}/{name}", content=False)

    def rename(self, path: str, new_path: str, expected: Expected = ANYTHING) -> Model:
        """Move a file or folder, its checkpoint with it; nothing is ever moved over another."""
        path, new_path = tidy(path), tidy(new_path)
        with about(path), self._changes.to_names():
            old, new = self.folder.entry(path), self.folder.place(new_path)
            self._check(self.folder.find(path), path, expected)
            try:
                move(old, new)
            except FileExistsError as error:
                sentence = f"{path!r} was not renamed: {new_path!r} exists already."
                raise Conflict(sentence) from error
            sync_folder(new.parent)
            self._checkpoints.follow(path, new_path)
            return self.get(new_path, content=False)

    def delete(self, path: str, expected: Expected = ANYTHING) -> None:
        """Delete a file, or a folder: to the trash, or for good if there is nothing in it."""
        path = tidy(path)
        with about(path), self._changes.to_names():
            entry = self.folder.entry(path)
            self._check(self.folder.find(path), path, expected)
            is_folder = entry.is_dir() and not entry.is_symlink()
            if self._to_trash and not entry.is_symlink():
                throw_away(entry, path)
            elif is_folder:
                remove_folder(entry, path)
            else:
                entry.unlink()
            if not is_folder:
                self._checkpoints.forget(path)

    def trust(self, path: str) -> None:
        """The user says that a notebook is trusted: its outputs may run scripts."""
        path = tidy(path)
        if not self._is_users:
            raise Forbidden(f"{path!r} was not trusted: that is for people, not for their code.")
        with about(path), opened(self.folder.find(path)) as (file, _):
            notebook, _ = notebooks.read(file.read(), path)
            self._trust.sign(notebook)

    def checkpoints(self, path: str) -> list[Checkpoint]:
        with about(tidy(path)):
            return self._checkpoints.list(path)

    def create_checkpoint(self, path: str) -> Checkpoint:
        with about(tidy(path)), self._changing(tidy(path)):
            return self._checkpoints.create(path)

    def restore_checkpoint(self, path: str, checkpoint_id: str) -> None:
        with about(tidy(path)), self._changing(tidy(path)):
            self._checkpoints.restore(path, checkpoint_id)

    def delete_checkpoint(self, path: str, checkpoint_id: str) -> None:
        with about(tidy(path)), self._changing(tidy(path)):
            self._checkpoints.delete(path, checkpoint_id)

    def close(self) -> None:
        """Give up what is not complete."""
        self._uploads.close()

    @contextmanager
    def _changing(self, path: str) -> Iterator[Path]:
        """The file that a change to that path writes, while nobody else does."""
        while True:
            names, file = self._changes.of_names, self.folder.target(path)
            with self._changes.to_file(file):
                if self._changes.of_names == names:  # and not moved while we waited
                    yield file
                    return

    def _check(self, file: Path, path: str, expected: Expected) -> None:
        """Changed, if what is there is not what a change is meant for."""
        if expected.is_anything:
            return
        found = self._found(file, path)
        if not expected.fits(found is not None, found["hash"] if found else None):
            raise Changed(surprise(expected, found, path), found)

    def _found(self, file: Path, path: str) -> Model | None:
        """The model of what is at a path, with its hash; None if there is nothing."""
        return self.get(path, content=False, hashed=True) if os.path.lexists(file) else None

    def _directory(self, path: str) -> Path:
        directory = self.folder.find(path)
        if not directory.is_dir():
            raise Invalid(f"{path!r} is a file, a folder was wanted.", "bad type")
        return directory

    def _save(self, file: Path, path: str, sent: Draft, expected: Expected) -> tuple[Model, bool]:
        def check() -> None:
            self._check(file, path, expected)

        is_new = not os.path.lexists(file)
        if is_new and sent.content is None:
            sent = empty(sent)
        save = self._saver(sent)
        return save(file, path, sent, check), is_new

    def _saver(self, sent: Draft) -> Saver:
        if sent.kind == "directory":
            return self._save_directory
        if sent.chunk is not None:
            return self._save_chunk
        return self._save_notebook if sent.kind == "notebook" else self._save_file

    def _save_directory(self, file: Path, path: str, _: Draft, check: Check) -> Model:
        check()
        file.mkdir(exist_ok=True)
        sync_folder(file.parent)
        return self.get(path, kind="directory", content=False)

    def _save_file(self, file: Path, path: str, sent: Draft, check: Check) -> Model:
        data = encoded(sent, path)
        return self._saved(file, path, "file", data, check)

    def _save_notebook(self, file: Path, path: str, sent: Draft, check: Check) -> Model:
        data, notebook, invalid = notebooks.write(sent.content, path)
        model = self._saved(file, path, "notebook", data, check)
        if self._is_users:
            # Where code reaches its folder alone, a notebook that was run is not trusted for that.
            self._trust.renew(notebook, strictly=self._confined and "/" in path)
        self._have_checkpoint(path)
        if invalid:
            model["message"] = invalid
        return model

    def _save_chunk(self, file: Path, path: str, sent: Draft, check: Check) -> Model:
        chunk = sent.chunk or 1
        info = self._uploads.take(file, chunk, encoded(sent, path), path, check)
        return describe(file, path, "file", info)

    def _saved(self, file: Path, path: str, kind: Kind, data: bytes, check: Check) -> Model:
        info = save_bytes(file, data, check)
        return add_hash(describe(file, path, kind, info), self._versions.hash_of(data, info))

    def _have_checkpoint(self, path: str) -> None:
        """A notebook has a checkpoint from its first save on; without one it is saved as well."""
        try:
            if not self._checkpoints.list(path):
                self._checkpoints.create(path)
        except (OSError, Problem) as error:
            logger.warning("%r was saved, but no checkpoint made: %s", path, error)


def surprise(expected: Expected, found: Model | None, path: str) -> str:
    """What a change did not expect to find at that path."""
    if found is None:
        return f"Nothing was done: {path!r} is no longer there; it was moved or deleted meanwhile."
    if expected.match is None:
        return f"Nothing was done: {path!r} exists already."
    return (
        f"Nothing was done: {path!r} is not as it was when you opened it, it was changed at "
        f"{found['last_modified']}. Compare the two and decide which to keep."
    )


def empty(sent: Draft) -> Draft:
    """A draft without content, completed to a new file or notebook."""
    if sent.kind == "notebook":
        return replace(sent, content=notebooks.new())
    return replace(sent, content="", format="text")


def remove_folder(directory: Path, path: str) -> None:
    if {child.name for child in directory.iterdir()} - {CHECKPOINTS}:
        raise Invalid(f"The folder {path!r} is not empty; delete what is in it first.")
    shutil.rmtree(directory / CHECKPOINTS, ignore_errors=True)
    directory.rmdir()

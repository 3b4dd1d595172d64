"""The contents manager: reads, saves, renames, copies and deletes the files of one folder.

The models are those of the Jupyter contents API:
https://jupyter-server.readthedocs.io/en/latest/developers/contents.html. Nothing here knows HTTP.
Files are named by API paths (`paths`), and errors are raised as classes of `errors`.
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
from wasmnb.contents.errors import Changed, Conflict, Forbidden, Invalid, Problem, errors_about
from wasmnb.contents.fileio.atomic import Check, copy_folder, copy_stream, fsync_folder, write_bytes
from wasmnb.contents.fileio.rename import rename_exclusively
from wasmnb.contents.fileio.tempfiles import sweep
from wasmnb.contents.hashes import opened
from wasmnb.contents.locks import PathLocks
from wasmnb.contents.models import Kind, Model, add_hash, as_kind, describe
from wasmnb.contents.paths import Folder, is_name, normalize
from wasmnb.contents.payload import SavePayload, content_bytes, save_payload
from wasmnb.contents.preconditions import UNCONDITIONAL, Preconditions
from wasmnb.contents.reader import ContentsReader
from wasmnb.contents.trash import move_to_trash
from wasmnb.contents.uploads import Uploads
from wasmnb.limits import LIMITS, Limits

logger = logging.getLogger(__name__)

Saver = Callable[[Path, str, SavePayload, Check], Model]


class Contents(ContentsReader):
    """The files and folders in one folder."""

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
        self._can_trust = True
        self._to_trash = to_trash
        self._confined = confined
        self._checkpoints = Checkpoints(self.folder)
        self._uploads = Uploads()
        self._locks = PathLocks()
        sweep(self.folder.root)

    def confined_to(self, path: str) -> "Contents":
        """A view for a notebook's code: limited to that folder, and unable to trust notebooks."""
        part = copy.copy(self)
        part.folder = self.folder.part(path)
        part._checkpoints = Checkpoints(part.folder)
        part._can_trust = False
        return part

    def save(
        self, path: str, body: Mapping[str, Any], preconditions: Preconditions = UNCONDITIONAL
    ) -> tuple[Model, bool]:
        """Save a model; the new model, and whether it was created."""
        path = normalize(path)
        payload = save_payload(body, path)
        with errors_about(path), self._locked(path) as file:
            return self._save(file, path, payload, preconditions)

    def new_untitled(self, folder: str, kind: str | None = None, ext: str = "") -> Model:
        """Create an empty file, notebook or folder under the first free name."""
        folder = normalize(folder)
        with errors_about(folder), self._locks.namespace():
            new_kind = as_kind(kind) or ("notebook" if ext == ".ipynb" else "file")
            if not is_name(f"untitled{ext}"):
                raise Invalid(f"{ext!r} is not a valid file name extension.")
            path = normalize(f"{folder}/{naming.untitled(new_kind, ext, self._directory(folder))}")
            return self._save(self.folder.target(path), path, SavePayload(new_kind), UNCONDITIONAL)[
                0
            ]

    def copy(self, source: str, to: str) -> Model:
        """Copy a file or folder into a folder, as NAME-Copy1 if NAME is taken."""
        source, to = normalize(source), normalize(to)
        with errors_about(source), self._locks.namespace():
            original = self.folder.find(source)
            name = naming.copied(source.rpartition("/")[2], self._directory(to))
            target = self.folder.destination(f"{to}/{name}")
            if original in target.parents:
                raise Invalid(f"{source!r} was not copied: a folder cannot be copied into itself.")
            if original.is_dir():
                copy_folder(original, target)
            else:
                with opened(original) as (old, _):
                    copy_stream(old, target)
            return self.get(f"{to}/{name}", content=False)

    def rename(
        self, path: str, new_path: str, preconditions: Preconditions = UNCONDITIONAL
    ) -> Model:
        """Rename a file or folder and its checkpoint; Conflict if the new name is taken."""
        path, new_path = normalize(path), normalize(new_path)
        with errors_about(path), self._locks.namespace():
            old, new = self.folder.entry(path), self.folder.destination(new_path)
            self._check(self.folder.find(path), path, preconditions)
            try:
                rename_exclusively(old, new)
            except FileExistsError as error:
                sentence = f"{path!r} was not renamed: {new_path!r} exists already."
                raise Conflict(sentence) from error
            fsync_folder(new.parent)
            self._checkpoints.follow(path, new_path)
            return self.get(new_path, content=False)

    def delete(self, path: str, preconditions: Preconditions = UNCONDITIONAL) -> None:
        """Delete a file or folder: to the trash, or permanently if the folder is empty."""
        path = normalize(path)
        with errors_about(path), self._locks.namespace():
            entry = self.folder.entry(path)
            self._check(self.folder.find(path), path, preconditions)
            is_folder = entry.is_dir() and not entry.is_symlink()
            if self._to_trash and not entry.is_symlink():
                move_to_trash(entry, path)
            elif is_folder:
                remove_folder(entry, path)
            else:
                entry.unlink()
            if not is_folder:
                self._checkpoints.forget(path)

    def trust(self, path: str) -> None:
        """Trust a notebook on the user's behalf: its outputs may run scripts."""
        path = normalize(path)
        if not self._can_trust:
            raise Forbidden(
                f"{path!r} was not trusted: only a person can trust a notebook, not code."
            )
        with errors_about(path), opened(self.folder.find(path)) as (file, _):
            notebook, _ = notebooks.read(file.read(), path)
            self._trust.sign(notebook)

    def checkpoints(self, path: str) -> list[Checkpoint]:
        with errors_about(normalize(path)):
            return self._checkpoints.list(path)

    def create_checkpoint(self, path: str) -> Checkpoint:
        with errors_about(normalize(path)), self._locked(normalize(path)):
            return self._checkpoints.create(path)

    def restore_checkpoint(self, path: str, checkpoint_id: str) -> None:
        with errors_about(normalize(path)), self._locked(normalize(path)):
            self._checkpoints.restore(path, checkpoint_id)

    def delete_checkpoint(self, path: str, checkpoint_id: str) -> None:
        with errors_about(normalize(path)), self._locked(normalize(path)):
            self._checkpoints.delete(path, checkpoint_id)

    def close(self) -> None:
        """Discard incomplete uploads."""
        self._uploads.close()

    @contextmanager
    def _locked(self, path: str) -> Iterator[Path]:
        """The file that a change to that path writes, locked."""
        while True:
            names, file = self._locks.namespace_version, self.folder.target(path)
            with self._locks.file(file):
                if self._locks.namespace_version == names:  # not renamed while this waited
                    yield file
                    return

    def _check(self, file: Path, path: str, preconditions: Preconditions) -> None:
        """Raise Changed if a precondition fails."""
        if preconditions.is_unconditional:
            return
        found = self._found(file, path)
        if not preconditions.are_met(found is not None, found["hash"] if found else None):
            raise Changed(mismatch(preconditions, found, path), found)

    def _found(self, file: Path, path: str) -> Model | None:
        """The model of what is at a path, with its hash; None if there is nothing."""
        return self.get(path, content=False, hashed=True) if os.path.lexists(file) else None

    def _directory(self, path: str) -> Path:
        directory = self.folder.find(path)
        if not directory.is_dir():
            raise Invalid(f"{path!r} is a file, not a folder.", "bad type")
        return directory

    def _save(
        self, file: Path, path: str, payload: SavePayload, preconditions: Preconditions
    ) -> tuple[Model, bool]:
        def check() -> None:
            self._check(file, path, preconditions)

        is_new = not os.path.lexists(file)
        if is_new and payload.content is None:
            payload = with_empty_content(payload)
        save = self._saver(payload)
        return save(file, path, payload, check), is_new

    def _saver(self, payload: SavePayload) -> Saver:
        if payload.kind == "directory":
            return self._save_directory
        if payload.chunk is not None:
            return self._save_chunk
        return self._save_notebook if payload.kind == "notebook" else self._save_file

    def _save_directory(self, file: Path, path: str, _: SavePayload, check: Check) -> Model:
        check()
        file.mkdir(exist_ok=True)
        fsync_folder(file.parent)
        return self.get(path, kind="directory", content=False)

    def _save_file(self, file: Path, path: str, payload: SavePayload, check: Check) -> Model:
        data = content_bytes(payload, path)
        return self._saved(file, path, "file", data, check)

    def _save_notebook(self, file: Path, path: str, payload: SavePayload, check: Check) -> Model:
        data, notebook, invalid = notebooks.write(payload.content, path)
        model = self._saved(file, path, "notebook", data, check)
        if self._can_trust:
            # If code is confined to its folder, running a notebook does not make it trusted.
            self._trust.renew(notebook, strictly=self._confined and "/" in path)
        self._have_checkpoint(path)
        if invalid:
            model["message"] = invalid
        return model

    def _save_chunk(self, file: Path, path: str, payload: SavePayload, check: Check) -> Model:
        chunk = payload.chunk or 1
        info = self._uploads.add_chunk(file, chunk, content_bytes(payload, path), path, check)
        return describe(file, path, "file", info)

    def _saved(self, file: Path, path: str, kind: Kind, data: bytes, check: Check) -> Model:
        info = write_bytes(file, data, check)
        return add_hash(describe(file, path, kind, info), self._hashes.hash_of(data, info))

    def _have_checkpoint(self, path: str) -> None:
        """Make a notebook's first checkpoint; a failure does not fail the save."""
        try:
            if not self._checkpoints.list(path):
                self._checkpoints.create(path)
        except (OSError, Problem) as error:
            logger.warning("%r was saved, but its checkpoint was not: %s", path, error)


def mismatch(preconditions: Preconditions, found: Model | None, path: str) -> str:
    """The sentence that says which precondition failed."""
    if found is None:
        return f"Nothing was done: {path!r} no longer exists; it was renamed or deleted meanwhile."
    if preconditions.match is None:
        return f"Nothing was done: {path!r} exists already."
    return (
        f"Nothing was done: {path!r} is not as it was when you opened it; it was changed at "
        f"{found['last_modified']}. Compare the two and decide which to keep."
    )


def with_empty_content(payload: SavePayload) -> SavePayload:
    """A payload without content, completed with that of a new file or notebook."""
    if payload.kind == "notebook":
        return replace(payload, content=notebooks.new())
    return replace(payload, content="", format="text")


def remove_folder(directory: Path, path: str) -> None:
    if {child.name for child in directory.iterdir()} - {CHECKPOINTS}:
        raise Invalid(f"The folder {path!r} is not empty; delete its contents first.")
    shutil.rmtree(directory / CHECKPOINTS, ignore_errors=True)
    directory.rmdir()

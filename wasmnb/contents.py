"""A folder, as the Jupyter contents API describes it.

https://jupyter-server.readthedocs.io/en/latest/developers/contents.html says what the models
mean. Nothing here knows HTTP: files are meant by API paths (`folder`), and what cannot be done is
raised (`problems`).
"""

import copy
import logging
import os
import shutil
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import Any

from wasmnb import naming, notebooks
from wasmnb.changes import Changes
from wasmnb.checkpoints import DIRECTORY as CHECKPOINTS
from wasmnb.checkpoints import Checkpoint, Checkpoints
from wasmnb.drafts import Draft, as_kind, draft, encoded
from wasmnb.expected import ANYTHING, Expected
from wasmnb.folder import Folder, is_name, tidy
from wasmnb.limits import LIMITS, Limits
from wasmnb.listing import MOST, listing
from wasmnb.models import Kind, Model, add_data, add_hash, describe, kind_of
from wasmnb.moving import move
from wasmnb.problems import (
    Changed,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    about,
    not_a_file,
)
from wasmnb.saving import Check, copy_folder, copy_stream, save_bytes, sync_folder
from wasmnb.temporaries import sweep
from wasmnb.trash import throw_away
from wasmnb.trust import Trust
from wasmnb.uploads import Uploads
from wasmnb.versions import Versions, open_file, opened

logger = logging.getLogger(__name__)

NAMES: dict[Kind | None, str] = {"directory": "folder", "file": "file", "notebook": "notebook"}

Saver = Callable[[Path, str, Draft, Check], Model]


@dataclass(frozen=True)
class File:
    """A file's name, and what is known of it at this moment."""

    name: str
    info: os.stat_result
    hash: str | None


@dataclass(frozen=True)
class OpenFile(File):
    """A file that is open for reading: whatever takes its place, this one's content is read."""

    stream: BufferedReader


class Contents:
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
        self.folder = Folder(root, follows_links=follows_links)
        self._trust = Trust()
        self._is_users = True
        self._to_trash = to_trash
        self._confined = confined
        self._limits = limits
        self._checkpoints = Checkpoints(self.folder)
        self._uploads = Uploads()
        self._changes = Changes()
        self._versions = Versions()
        sweep(self.folder.root)

    def only(self, path: str) -> "Contents":
        """The same contents for a notebook's code: of that folder, and without a say in trust."""
        part = copy.copy(self)
        part.folder = self.folder.part(path)
        part._checkpoints = Checkpoints(part.folder)
        part._is_users = False
        return part

    def get(
        self,
        path: str,
        *,
        kind: Kind | None = None,
        form: str | None = None,
        content: bool = True,
        hashed: bool = False,
    ) -> Model:
        """The model of what is at that path, taken as that kind and in that format if told."""
        path = tidy(path)
        with about(path):
            file, _, model = self._looked_at(path, kind)
            if model["type"] == "directory":
                return self._with_listing(model, file) if content else model
            if not content:
                return self._with_hash(model, file, hashed)
            with opened(file) as (stream, info):
                model = describe(file, path, model["type"], info)
                self._must_fit(info.st_size, path)
                data = stream.read()
        add_hash(model, self._versions.hash_of(data, info))
        if model["type"] == "notebook":
            self._add_notebook(model, data)
        else:
            add_data(model, data, form)
        return model

    def glance(self, path: str, kind: Kind | None = None) -> Model | None:
        """The model of what is at that path, without its content; None if that takes reading."""
        path = tidy(path)
        with about(path):
            _, info, model = self._looked_at(path, kind)
        if model["type"] == "directory":
            return model
        known = self._versions.known(info)
        return add_hash(model, known) if known else None

    def open(self, path: str) -> OpenFile:
        """A file, open for whoever reads its bytes."""
        path = tidy(path)
        with about(path):
            place, _ = self._file(path)
            stream = open_file(place)
            info = os.fstat(stream.fileno())
            return OpenFile(place.name, info, self._versions.quick_hash(stream, info), stream)

    def glance_at_file(self, path: str) -> File | None:
        """A file that was read before and is as it was then, to be answered from memory."""
        path = tidy(path)
        with about(path):
            place, info = self._file(path)
            known = self._versions.known(info)
            return File(place.name, info, known) if known else None

    def trust_now(self) -> Hashable:
        """What is different whenever notebooks are trusted that were not, or the reverse."""
        return self._trust.state()

    def is_folder(self, path: str) -> bool:
        try:
            return self.folder.find(path).is_dir()
        except (NotFound, OSError):
            return False

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
            file = self.folder.target(path)
            with self._changes.to_file(file):
                if self.folder.target(path) == file:  # and not moved while we waited
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

    def _must_fit(self, size: int, path: str) -> None:
        if size > self._limits.content:
            raise TooLarge(
                f"{path!r} is larger than the {self._limits.content:,} bytes that can be opened "
                "whole. Download it, or read it in parts in a notebook."
            )

    def _looked_at(self, path: str, kind: Kind | None) -> tuple[Path, os.stat_result, Model]:
        file = self.folder.find(path)
        info = file.stat()
        return file, info, describe(file, path, readable_as(kind, kind_of(info, path), path), info)

    def _file(self, path: str) -> tuple[Path, os.stat_result]:
        place = self.folder.find(path)
        info = place.stat()
        if kind_of(info, path) not in ("file", "notebook"):
            raise NotFound(f"{path!r} is not a file.")
        return place, info

    def _directory(self, path: str) -> Path:
        directory = self.folder.find(path)
        if not directory.is_dir():
            raise Invalid(f"{path!r} is a file, a folder was wanted.", "bad type")
        return directory

    def _with_listing(self, model: Model, directory: Path) -> Model:
        model["content"], is_all = listing(self.folder, directory, model["path"])
        model["format"] = "json"
        if not is_all:
            model["message"] = f"There are more than {MOST} entries; some of them are shown."
        return model

    def _with_hash(self, model: Model, file: Path, is_wanted: bool) -> Model:
        """A model that says which content there is, where that is wanted or known at once."""
        hash_now = self._versions.hash if is_wanted else self._versions.quick_hash
        try:
            with opened(file) as (stream, info):
                model = describe(file, model["path"], model["type"], info)
                found = hash_now(stream, info)
        except PermissionError:
            if is_wanted:
                raise
            return model
        return add_hash(model, found) if found else model

    def _add_notebook(self, model: Model, data: bytes) -> None:
        notebook, invalid = notebooks.read(data, model["path"])
        self._trust.mark(notebook)
        model["content"], model["format"] = notebook, "json"
        if invalid:
            model["message"] = invalid

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


def readable_as(wanted: Kind | None, found: Kind | None, path: str) -> Kind:
    """The kind that something is taken as: a notebook may be read as a file, not as a folder."""
    if found is None:
        raise not_a_file(path)
    if wanted in (None, found):
        return found
    if wanted == "directory" or found == "directory":
        raise Invalid(f"{path!r} is a {NAMES[found]}, not a {NAMES[wanted]}.", "bad type")
    return wanted


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

"""A folder, as the Jupyter contents API describes it.

https://jupyter-server.readthedocs.io/en/latest/developers/contents.html says what the models
mean. Nothing here knows HTTP: files are meant by API paths (`folder`), and what cannot be done is
raised (`problems`).
"""

import logging
import os
import shutil
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from wasmnb import naming, notebooks
from wasmnb.checkpoints import DIRECTORY as CHECKPOINTS
from wasmnb.checkpoints import Checkpoint, Checkpoints
from wasmnb.drafts import Draft, as_kind, draft, encoded
from wasmnb.folder import Folder, is_name, tidy
from wasmnb.listing import listing
from wasmnb.models import Kind, Model, add_data, add_hash, describe, kind_of
from wasmnb.problems import Conflict, Invalid, NotFound, Problem, about
from wasmnb.saving import copy_bytes, copy_folder, save_bytes
from wasmnb.trust import Trust
from wasmnb.uploads import Uploads

logger = logging.getLogger(__name__)

NAMES: dict[Kind | None, str] = {"directory": "folder", "file": "file", "notebook": "notebook"}


class Contents:
    """The files and folders in one folder: read, saved, moved, copied and deleted."""

    def __init__(self, root: Path, trust: Trust | None = None) -> None:
        self.folder = Folder(root)
        self._trust = trust or Trust()
        self._checkpoints = Checkpoints(self.folder)
        self._uploads = Uploads()
        # Changes go one at a time, so that none is made to what another has just moved away.
        self._changing = threading.RLock()

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
            file = self.folder.find(path)
            info = file.stat()
            model = describe(file, path, readable_as(kind, kind_of(info, path), path), info)
            if model["type"] == "directory":
                return self._with_listing(model, file) if content else model
            if not (content or hashed):
                return model
            data = file.read_bytes()
        add_hash(model, data)
        if content and model["type"] == "notebook":
            self._add_notebook(model, data)
        elif content:
            add_data(model, data, form)
        return model

    def file(self, path: str) -> Path:
        """The real place of a file, for whoever reads its bytes."""
        path = tidy(path)
        with about(path):
            file = self.folder.find(path)
            if kind_of(file.stat(), path) not in ("file", "notebook"):
                raise NotFound(f"{path!r} is not a file.")
            with file.open("rb"):  # a file that is protected is noticed here
                return file

    def is_folder(self, path: str) -> bool:
        try:
            return self.folder.find(path).is_dir()
        except (NotFound, OSError):
            return False

    def save(self, path: str, body: Mapping[str, Any]) -> tuple[Model, bool]:
        """Save a model that a client sent; its new model, and whether nothing was there before."""
        path = tidy(path)
        sent = draft(body, path)
        with about(path), self._changing:
            file = self.folder.target(path)
            is_new = not os.path.lexists(file)
            if is_new and sent.content is None:
                sent = empty(sent)
            return self._save(file, path, sent), is_new

    def new_untitled(self, folder: str, kind: str | None = None, ext: str = "") -> Model:
        """Make an empty file, notebook or folder under the first name that is free."""
        folder = tidy(folder)
        with about(folder), self._changing:
            made = as_kind(kind) or ("notebook" if ext == ".ipynb" else "file")
            if not is_name(f"untitled{ext}"):
                raise Invalid(f"{ext!r} cannot be the end of a file's name.")
            name = naming.untitled(made, ext, self._directory(folder))
            return self.save(f"{folder}/{name}", {"type": made})[0]

    def copy(self, source: str, to: str) -> Model:
        """Copy a file or folder into a folder, as NAME-Copy1 if NAME is taken."""
        source, to = tidy(source), tidy(to)
        with about(source), self._changing:
            original = self.folder.find(source)
            name = naming.copied(source.rpartition("/")[2], self._directory(to))
            target = self.folder.place(f"{to}/{name}")
            if original in target.parents:
                raise Invalid(f"{source!r} was not copied: a folder cannot be put into itself.")
            if original.is_dir():
                copy_folder(original, target)
            else:
                copy_bytes(self.file(source), target)
            return self.get(f"{to}/{name}", content=False)

    def rename(self, path: str, new_path: str) -> Model:
        """Move a file or folder, its checkpoint with it; nothing is ever moved over another."""
        path, new_path = tidy(path), tidy(new_path)
        with about(path), self._changing:
            old, new = self.folder.entry(path), self.folder.place(new_path)
            if os.path.lexists(new) and not is_respelled(old, new):
                raise Conflict(f"{path!r} was not renamed: {new_path!r} exists already.")
            old.rename(new)
            self._checkpoints.follow(path, new_path)
            return self.get(new_path, content=False)

    def delete(self, path: str) -> None:
        """Delete a file, or a folder that holds nothing (checkpoints are nothing)."""
        path = tidy(path)
        with about(path), self._changing:
            entry = self.folder.entry(path)
            if entry.is_symlink() or not entry.is_dir():
                entry.unlink()
                self._checkpoints.forget(path)
                return
            if {child.name for child in entry.iterdir()} - {CHECKPOINTS}:
                raise Invalid(f"The folder {path!r} is not empty; delete what is in it first.")
            shutil.rmtree(entry)

    def trust(self, path: str) -> None:
        """The user says that a notebook is trusted: its outputs may run scripts."""
        path = tidy(path)
        with about(path):
            notebook, _ = notebooks.read(self.file(path).read_bytes(), path)
            self._trust.sign(notebook)

    def checkpoints(self, path: str) -> list[Checkpoint]:
        with about(tidy(path)):
            return self._checkpoints.list(path)

    def create_checkpoint(self, path: str) -> Checkpoint:
        with about(tidy(path)), self._changing:
            self.file(path)
            return self._checkpoints.create(path)

    def restore_checkpoint(self, path: str, checkpoint_id: str) -> None:
        with about(tidy(path)), self._changing:
            self._checkpoints.restore(path, checkpoint_id)

    def delete_checkpoint(self, path: str, checkpoint_id: str) -> None:
        with about(tidy(path)), self._changing:
            self._checkpoints.delete(path, checkpoint_id)

    def close(self) -> None:
        """Give up what is not complete."""
        self._uploads.close()

    def _directory(self, path: str) -> Path:
        directory = self.folder.find(path)
        if not directory.is_dir():
            raise Invalid(f"{path!r} is a file, a folder was wanted.", "bad type")
        return directory

    def _with_listing(self, model: Model, directory: Path) -> Model:
        model["content"] = listing(self.folder, directory, model["path"])
        model["format"] = "json"
        return model

    def _add_notebook(self, model: Model, data: bytes) -> None:
        notebook, invalid = notebooks.read(data, model["path"])
        self._trust.mark(notebook)
        model["content"], model["format"] = notebook, "json"
        if invalid:
            model["message"] = invalid

    def _save(self, file: Path, path: str, sent: Draft) -> Model:
        if sent.kind == "directory":
            file.mkdir(exist_ok=True)
            return self.get(path, kind="directory", content=False)
        if sent.chunk is not None:
            return self._save_chunk(file, path, sent)
        if sent.kind == "notebook":
            return self._save_notebook(file, path, sent)
        data = encoded(sent, path)
        save_bytes(file, data)
        return self._saved(path, "file", data)

    def _save_notebook(self, file: Path, path: str, sent: Draft) -> Model:
        data, notebook, invalid = notebooks.write(sent.content, path)
        save_bytes(file, data)
        self._trust.renew(notebook)
        self._have_checkpoint(path)
        model = self._saved(path, "notebook", data)
        if invalid:
            model["message"] = invalid
        return model

    def _save_chunk(self, file: Path, path: str, sent: Draft) -> Model:
        chunk = sent.chunk or 1
        stored = self._uploads.take(file, chunk, encoded(sent, path), path)
        return describe(stored, path, "file", stored.stat())

    def _saved(self, path: str, kind: Kind, data: bytes) -> Model:
        model = self.get(path, kind=kind, content=False)
        add_hash(model, data)
        return model

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
        raise Invalid(f"{path!r} is neither a file nor a folder.", "bad type")
    if wanted in (None, found):
        return found
    if wanted == "directory" or found == "directory":
        raise Invalid(f"{path!r} is a {NAMES[found]}, not a {NAMES[wanted]}.", "bad type")
    return wanted


def empty(sent: Draft) -> Draft:
    """A draft without content, completed to a new file or notebook."""
    if sent.kind == "notebook":
        return replace(sent, content=notebooks.new())
    return replace(sent, content="", format="text")


def is_respelled(old: Path, new: Path) -> bool:
    """Whether both are one file, its name spelled anew where the disk ignores case."""
    return (
        old.name.casefold() == new.name.casefold()
        and old.parent == new.parent
        and old.samefile(new)
    )

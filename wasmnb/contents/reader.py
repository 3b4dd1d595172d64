"""What there is in a folder, as the Jupyter contents API describes it: the half that only reads."""

import os
from collections.abc import Hashable
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from wasmnb.contents import notebooks
from wasmnb.contents.errors import Invalid, NotFound, TooLarge, about, not_a_file
from wasmnb.contents.hashes import Versions, open_file, opened
from wasmnb.contents.listing import MOST, listing
from wasmnb.contents.models import Kind, Model, add_data, add_hash, describe, kind_of
from wasmnb.contents.paths import Folder, tidy
from wasmnb.contents.trust import Trust
from wasmnb.limits import Limits

NAMES: dict[Kind | None, str] = {"directory": "folder", "file": "file", "notebook": "notebook"}


class File(NamedTuple):
    """A file's name, and what is known of it at this moment."""

    name: str
    info: os.stat_result
    hash: str | None


class Readable:
    """The files and folders in one folder, to be read."""

    def __init__(self, folder: Folder, limits: Limits) -> None:
        self.folder = folder
        self._limits = limits
        self._trust = Trust()
        self._versions = Versions()

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
            place, _, model = self._looked_at(path, kind)
            file = Path(place)
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

    def open(self, path: str) -> tuple[File, BufferedReader]:
        """A file, open for reading: whatever takes its place, this one's content is read."""
        path = tidy(path)
        with about(path):
            place = Path(self._file(path)[0])
            stream = open_file(place)
            info = os.fstat(stream.fileno())
            return File(place.name, info, self._versions.quick_hash(stream, info)), stream

    def glance_at_file(self, path: str) -> File | None:
        """A file that was read before and is as it was then, to be answered from memory."""
        path = tidy(path)
        with about(path):
            place, info = self._file(path)
            known = self._versions.known(info)
            name = os.path.basename(place)  # noqa: PTH119  a Path takes longer than all the rest
            return File(name, info, known) if known else None

    def trust_now(self) -> Hashable:
        """What is different whenever notebooks are trusted that were not, or the reverse."""
        return self._trust.state()

    def is_folder(self, path: str) -> bool:
        try:
            return self.folder.find(path).is_dir()
        except (NotFound, OSError):
            return False

    def _must_fit(self, size: int, path: str) -> None:
        if size > self._limits.content:
            raise TooLarge(
                f"{path!r} is larger than the {self._limits.content:,} bytes that can be opened "
                "whole. Download it, or read it in parts in a notebook."
            )

    def _looked_at(self, path: str, kind: Kind | None) -> tuple[str, os.stat_result, Model]:
        place, info = self.folder.look(path)
        found = readable_as(kind, kind_of(info, path), path)
        return place, info, describe(place, path, found, info)

    def _file(self, path: str) -> tuple[str, os.stat_result]:
        place, info = self.folder.look(path)
        if kind_of(info, path) not in ("file", "notebook"):
            raise NotFound(f"{path!r} is not a file.")
        return place, info

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


def readable_as(wanted: Kind | None, found: Kind | None, path: str) -> Kind:
    """The kind that something is taken as: a notebook may be read as a file, not as a folder."""
    if found is None:
        raise not_a_file(path)
    if wanted in (None, found):
        return found
    if wanted == "directory" or found == "directory":
        raise Invalid(f"{path!r} is a {NAMES[found]}, not a {NAMES[wanted]}.", "bad type")
    return wanted

"""The reading half of the contents manager."""

import os
from collections.abc import Hashable
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from wasmnb.contents import notebooks
from wasmnb.contents.errors import Invalid, NotFound, TooLarge, errors_about, not_a_file
from wasmnb.contents.hashes import ContentHashes, open_file, opened
from wasmnb.contents.listing import MAX_ENTRIES, listing
from wasmnb.contents.models import Kind, Model, add_data, add_hash, describe, kind_of
from wasmnb.contents.paths import Folder, normalize
from wasmnb.contents.trust import Trust
from wasmnb.limits import Limits

NAMES: dict[Kind | None, str] = {"directory": "folder", "file": "file", "notebook": "notebook"}


class File(NamedTuple):
    """A file's name, `stat` and, if it is cached or cheap, hash."""

    name: str
    info: os.stat_result
    hash: str | None


class ContentsReader:
    """The files and folders in one folder, read-only."""

    def __init__(self, folder: Folder, limits: Limits) -> None:
        self.folder = folder
        self._limits = limits
        self._trust = Trust()
        self._hashes = ContentHashes()

    def get(
        self,
        path: str,
        *,
        kind: Kind | None = None,
        form: str | None = None,
        content: bool = True,
        hashed: bool = False,
    ) -> Model:
        """The model of a file or folder, as that kind and in that format if they are given."""
        path = normalize(path)
        with errors_about(path):
            location, _, model = self._stat_model(path, kind)
            file = Path(location)
            if model["type"] == "directory":
                return self._with_listing(model, file) if content else model
            if not content:
                return self._with_hash(model, file, hashed)
            with opened(file) as (stream, info):
                model = describe(file, path, model["type"], info)
                self._must_fit(info.st_size, path)
                data = stream.read()
        add_hash(model, self._hashes.hash_of(data, info))
        if model["type"] == "notebook":
            self._add_notebook(model, data)
        else:
            add_data(model, data, form)
        return model

    def stat(self, path: str, kind: Kind | None = None) -> Model:
        """The model without content and hash. Reads no file."""
        path = normalize(path)
        with errors_about(path):
            return self._stat_model(path, kind)[2]

    def lookup(self, path: str, kind: Kind | None = None) -> Model | None:
        """The model without content, if its hash is cached; else None. Reads no file."""
        path = normalize(path)
        with errors_about(path):
            _, info, model = self._stat_model(path, kind)
        if model["type"] == "directory":
            return model
        known = self._hashes.cached(info)
        return add_hash(model, known) if known else None

    def open(self, path: str) -> tuple[File, BufferedReader]:
        """An open file: it stays readable if another file takes its path."""
        path = normalize(path)
        with errors_about(path):
            location = Path(self._file(path)[0])
            stream = open_file(location)
            info = os.fstat(stream.fileno())
            return File(location.name, info, self._hashes.hash_if_cheap(stream, info)), stream

    def lookup_file(self, path: str) -> File | None:
        """A file whose hash is cached; else None. Reads no file."""
        path = normalize(path)
        with errors_about(path):
            location, info = self._file(path)
            known = self._hashes.cached(info)
            name = os.path.basename(location)  # noqa: PTH119  a Path takes longer than all the rest
            return File(name, info, known) if known else None

    def trust_state(self) -> Hashable:
        """A value that changes whenever the trust of any notebook may have changed."""
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
                "at once. Download it, or read it in parts in a notebook."
            )

    def _stat_model(self, path: str, kind: Kind | None) -> tuple[str, os.stat_result, Model]:
        location, info = self.folder.stat(path)
        found = resolve_kind(kind, kind_of(info, path), path)
        return location, info, describe(location, path, found, info)

    def _file(self, path: str) -> tuple[str, os.stat_result]:
        location, info = self.folder.stat(path)
        if kind_of(info, path) not in ("file", "notebook"):
            raise NotFound(f"{path!r} is not a file.")
        return location, info

    def _with_listing(self, model: Model, directory: Path) -> Model:
        model["content"], is_all = listing(self.folder, directory, model["path"])
        model["format"] = "json"
        if not is_all:
            model["message"] = (
                f"There are more than {MAX_ENTRIES} entries; only some of them are shown."
            )
        return model

    def _with_hash(self, model: Model, file: Path, is_requested: bool) -> Model:
        """The model with the file's hash, if that is requested, cached or cheap."""
        hash_now = self._hashes.hash if is_requested else self._hashes.hash_if_cheap
        try:
            with opened(file) as (stream, info):
                model = describe(file, model["path"], model["type"], info)
                found = hash_now(stream, info)
        except PermissionError:
            if is_requested:
                raise
            return model
        return add_hash(model, found) if found else model

    def _add_notebook(self, model: Model, data: bytes) -> None:
        notebook, invalid = notebooks.read(data, model["path"])
        self._trust.mark(notebook)
        model["content"], model["format"] = notebook, "json"
        if invalid:
            model["message"] = invalid


def resolve_kind(requested: Kind | None, actual: Kind | None, path: str) -> Kind:
    """The kind to read something as: a notebook can be read as a file, not as a folder."""
    if actual is None:
        raise not_a_file(path)
    if requested in (None, actual):
        return actual
    if requested == "directory" or actual == "directory":
        raise Invalid(f"{path!r} is a {NAMES[actual]}, not a {NAMES[requested]}.", "bad type")
    return requested

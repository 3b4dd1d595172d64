"""The published files of a folder, and its directory listings as the contents API gives them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from wasmnb.contents.manager import Contents
from wasmnb.contents.models import Model, iso_time
from wasmnb.site.config import SiteConfig


class PublishedFolder:
    """The files to publish, each with its hash, and the listings, as they are now."""

    def __init__(
        self, contents: Contents, config: SiteConfig, executed: Mapping[str, bytes] | None = None
    ) -> None:
        """`executed` notebooks are published in place of those in the folder."""
        self._executed = executed or {}
        self._contents = contents
        self._config = config
        self.listings: dict[str, Model] = {}
        self.files: dict[str, str] = {}  # path to SHA-256
        self._walk("", ())

    @property
    def notebooks(self) -> list[str]:
        return [path for path in self.files if path.endswith(".ipynb")]

    def reader(self, path: str) -> Callable[[], bytes]:
        return lambda: self.read(path)

    def read(self, path: str) -> bytes:
        if path in self._executed:
            return self._executed[path]
        with self._contents.open(path)[1] as stream:
            return stream.read()

    def _walk(self, path: str, parents: tuple[Path, ...]) -> Model:
        """Adds the listings of a folder and of those in it."""
        here = (*parents, self._contents.folder.find(path))
        listing = self._contents.get(path, kind="directory")
        entries = [
            self._entry(entry, here)
            for entry in listing["content"]
            if self._config.is_published(entry["path"]) and not self._leads_up(entry, here)
        ]
        # A folder's own time changes with what is created in it, such as the site itself.
        newest = max((entry["last_modified"] for entry in entries), default=iso_time(0))
        published = as_published({**listing, "content": entries}, newest)
        self.listings[path] = published
        return published

    def _leads_up(self, entry: Model, parents: tuple[Path, ...]) -> bool:
        """Whether it is a symbolic link to a folder that contains it, which would never end."""
        return entry["type"] == "directory" and self._contents.folder.find(entry["path"]) in parents

    def _entry(self, entry: Model, parents: tuple[Path, ...]) -> Model:
        path = entry["path"]
        if entry["type"] == "directory":
            listing = self._walk(path, parents)
            return {**listing, "content": None, "format": None}
        model = self._contents.get(path, content=False, hashed=True)
        if data := self._executed.get(path):
            model |= {"size": len(data), "hash": sha256(data).hexdigest()}
        self.files[path] = model["hash"] or ""
        return as_published(model, self._time(model))

    def _time(self, model: Model) -> str:
        """Its modification time, at most `latest`: a fresh clone makes all files new."""
        seconds = datetime.fromisoformat(model["last_modified"]).timestamp()
        latest = self._config.latest
        return iso_time(seconds if latest is None else min(seconds, latest))


def as_published(model: Model, time: str) -> Model:
    """A model as readers see it: writable in their browser, without the creation time of a copy."""
    return {**model, "created": time, "last_modified": time, "writable": True}

"""What of a folder a site ships: its files, and the listings that the server would answer with."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from wasmnb.contents.manager import Contents
from wasmnb.contents.models import Model, iso_time
from wasmnb.site.config import SiteConfig


class PublishedFolder:
    """The folder as it is now."""

    def __init__(
        self, contents: Contents, config: SiteConfig, executed: Mapping[str, bytes] | None = None
    ) -> None:
        """Notebooks that were executed for the site take the place of those in the folder."""
        self._executed = executed or {}
        self._contents = contents
        self._config = config
        self.listings: dict[str, Model] = {}
        self.files: dict[str, str] = {}  # each with its hash
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
        """The listing of a folder, those of the folders in it noted."""
        here = (*parents, self._contents.folder.find(path))
        listing = self._contents.get(path, kind="directory")
        entries = [
            self._entry(entry, here)
            for entry in listing["content"]
            if self._config.is_published(entry["path"]) and not self._leads_up(entry, here)
        ]
        # A folder's own time tells of what comes and goes in it, the site itself among it.
        newest = max((entry["last_modified"] for entry in entries), default=iso_time(0))
        published = as_published({**listing, "content": entries}, newest)
        self.listings[path] = published
        return published

    def _leads_up(self, entry: Model, parents: tuple[Path, ...]) -> bool:
        """Whether it is a link to a folder that it is in: there would be no end to that."""
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
        """When it was changed; in a fresh clone all files are new, unless a time is given."""
        seconds = datetime.fromisoformat(model["last_modified"]).timestamp()
        latest = self._config.latest
        return iso_time(seconds if latest is None else min(seconds, latest))


def as_published(model: Model, time: str) -> Model:
    """A model as the reader is to see it: in a browser all can be changed, and when a copy of the
    folder was made says nothing."""
    return {**model, "created": time, "last_modified": time, "writable": True}

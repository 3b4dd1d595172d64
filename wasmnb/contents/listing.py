"""Directory listings: a model for each entry that a file browser shows."""

import os
import re
from fnmatch import translate
from itertools import islice
from pathlib import Path

from wasmnb.contents.errors import NotFound
from wasmnb.contents.fileio.tempfiles import NAME, sweep
from wasmnb.contents.models import Model, describe, kind_of
from wasmnb.contents.paths import Folder, is_hidden, is_name

# Not listed; Jupyter's `hide_globs`.
UNLISTED = re.compile("|".join(map(translate, ("__pycache__", "*.pyc", "*.pyo", "*~"))))

# A folder can have millions of entries, more than a page can show.
MAX_ENTRIES = 100_000


def listing(folder: Folder, directory: Path, path: str) -> tuple[list[Model], bool]:
    """The models of a folder's entries, sorted by name; and whether they are complete."""
    with os.scandir(directory) as found:
        entries = list(islice(found, MAX_ENTRIES))
        is_all = next(found, None) is None
    if any(NAME.fullmatch(entry.name) for entry in entries):
        sweep(directory)
    is_open = os.access(directory, os.W_OK)
    before = f"{path}/" if path else ""
    shown = sorted((entry for entry in entries if is_listed(entry.name)), key=lambda it: it.name)
    models = (model(folder, entry, f"{before}{entry.name}", is_open) for entry in shown)
    return [found for found in models if found], is_all


def is_listed(name: str) -> bool:
    return not is_hidden(name) and is_name(name) and not UNLISTED.match(name)


def model(folder: Folder, entry: os.DirEntry[str], path: str, is_open: bool) -> Model | None:
    """The model of one entry; None for a broken or forbidden link, or a special file."""
    try:
        if entry.is_symlink():
            file = folder.inside(Path(entry.path), path)
            is_open = os.access(file.parent, os.W_OK)
        info = entry.stat()
    except (NotFound, OSError):
        return None
    kind = kind_of(info, path)
    return describe(entry, path, kind, info, is_open) if kind else None

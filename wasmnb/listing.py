"""What a folder holds, one model for each file and folder that a file browser shows."""

from fnmatch import fnmatch
from pathlib import Path

from wasmnb.folder import Folder, is_hidden, is_name
from wasmnb.models import Model, describe, kind_of
from wasmnb.problems import NotFound

# Of no use in a file browser; the same as Jupyter's.
UNLISTED = ("__pycache__", "*.pyc", "*.pyo", "*~")


def listing(folder: Folder, directory: Path, path: str) -> list[Model]:
    """The models of what is in a folder, without content, in the order of their names."""
    names = sorted(entry.name for entry in directory.iterdir() if is_listed(entry.name))
    models = (model(folder, directory / name, f"{path}/{name}".lstrip("/")) for name in names)
    return [found for found in models if found]


def is_listed(name: str) -> bool:
    return not is_hidden(name) and is_name(name) and not any(fnmatch(name, no) for no in UNLISTED)


def model(folder: Folder, entry: Path, path: str) -> Model | None:
    """The model of one entry; None if it leads out of the folder or nowhere, or is no file."""
    try:
        file = folder.inside(entry, path) if entry.is_symlink() else entry
        info = file.stat()
    except (NotFound, OSError):
        return None
    kind = kind_of(info, path)
    return describe(file, path, kind, info) if kind else None

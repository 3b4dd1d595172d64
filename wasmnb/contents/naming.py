"""Names for new files and copies: the first that is free, counted as Jupyter counts."""

import re
from itertools import count
from pathlib import Path

from wasmnb.contents.models import Kind

UNTITLED: dict[Kind, tuple[str, str]] = {
    # kind: the name, and what stands before its number
    "notebook": ("Untitled.ipynb", ""),
    "directory": ("Untitled Folder", " "),
    "file": ("untitled", ""),
}

COPY_NUMBER = re.compile(r"-Copy\d*\.")


def untitled(kind: Kind, ext: str, directory: Path) -> str:
    """Untitled.ipynb, Untitled1.ipynb, ...; an `ext` is for files alone."""
    name, before_number = UNTITLED[kind]
    return free(name + ext if kind == "file" else name, before_number, directory)


def copied(name: str, directory: Path) -> str:
    """plot.py, plot-Copy1.py, plot-Copy2.py, ...: a copy of a copy has one number, not two."""
    return free(COPY_NUMBER.sub(".", name), "-Copy", directory)


def free(name: str, before_number: str, directory: Path) -> str:
    """The first name that nothing in a folder has; endings as `.tar.gz` stay whole."""
    stem, dot, ending = name.rpartition(".") if name.endswith(".ipynb") else name.partition(".")
    numbered = (f"{stem}{before_number}{n}{dot}{ending}" for n in count(1))
    taken = {entry.name for entry in directory.iterdir()}
    return name if name not in taken else next(other for other in numbered if other not in taken)

"""Names for new files and copies: the first free one, numbered as Jupyter does.

`web/server/naming.ts` does the same; tests/naming.json holds cases for both.
"""

import re
from itertools import count
from pathlib import Path

from wasmnb.contents.models import Kind

UNTITLED: dict[Kind, tuple[str, str]] = {
    # kind: the name, and the separator before its number
    "notebook": ("Untitled.ipynb", ""),
    "directory": ("Untitled Folder", " "),
    "file": ("untitled", ""),
}

COPY_NUMBER = re.compile(r"-Copy\d*\.")


def untitled(kind: Kind, ext: str, directory: Path) -> str:
    """Untitled.ipynb, Untitled1.ipynb, ...; only files have an `ext`."""
    name, before_number = UNTITLED[kind]
    return free(name + ext if kind == "file" else name, before_number, directory)


def copied(name: str, directory: Path) -> str:
    """plot.py, plot-Copy1.py, plot-Copy2.py, ...: a copy of a copy has one number, not two."""
    return free(COPY_NUMBER.sub(".", name), "-Copy", directory)


def free(name: str, before_number: str, directory: Path) -> str:
    """The first unused name in a folder; multiple extensions (`.tar.gz`) stay together."""
    stem, dot, ending = name.rpartition(".") if name.endswith(".ipynb") else name.partition(".")
    numbered = (f"{stem}{before_number}{n}{dot}{ending}" for n in count(1))
    taken = {entry.name for entry in directory.iterdir()}
    return name if name not in taken else next(other for other in numbered if other not in taken)

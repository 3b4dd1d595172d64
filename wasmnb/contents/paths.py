"""API paths resolved to files, with a guard against path traversal.

An API path is that of the Jupyter contents API: names separated by `/`, relative to the served
folder, which is `""`. Names that begin with a dot are hidden, `.` and `..` among them. Symbolic
links are resolved, and may lead out of the folder only if the user allows it.
"""

import os
import re
import stat
from pathlib import Path

from wasmnb.contents.errors import Forbidden, Invalid, NotFound, Problem

# The code of every notebook may read this folder, to install packages from it.
WHEELS = "wheels"
WINDOWS = os.name == "nt"
SPECIAL = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³]|conin\$|conout\$) *(\..*)?", re.IGNORECASE)


class Folder:
    """The served folder, which no request can leave.

    A notebook's code cannot leave the subfolder `only`.
    """

    def __init__(self, root: Path, *, follows_links: bool = False, only: str = "") -> None:
        self.root = Path(os.path.realpath(root))
        self._follows_links = follows_links
        self._only = normalize(only)
        self._below = below(self.root)
        self._boundary = below(Path(os.path.realpath(self.root / self._only)))
        self._wheels = below(self.root / WHEELS)

    def part(self, path: str) -> "Folder":
        """The same folder, limited to that path and below."""
        return Folder(self.root, follows_links=self._follows_links, only=path)

    def stat(self, path: str) -> tuple[str, os.stat_result]:
        """The location of a file or folder, its links resolved, and its `stat`."""
        file = "/".join((str(self.root), *names(path)))
        if self._only and is_within(normalize(path), WHEELS):
            location = self._within(self._wheels, file, path)
        else:
            location = self._inside(file, path)
        return location, os.stat(location)  # noqa: PTH116  a Path is slow

    def find(self, path: str) -> Path:
        """The file or folder at that path, its links resolved."""
        return Path(self.stat(path)[0])

    def entry(self, path: str) -> Path:
        """The entry at that path, a link not resolved: for renaming and deleting."""
        self.find(path)
        return self.destination(path)

    def destination(self, path: str) -> Path:
        """The location of a new entry, in an existing folder."""
        *above, name = names(path, hidden=Invalid) or root_is_fixed()
        if self._only and normalize(path) == self._only:
            root_is_fixed()
        parent = self.inside(self.root.joinpath(*above), path)
        if not parent.is_dir():
            raise NotFound(f"There is no folder {'/'.join(above)!r} to put {name!r} in.")
        return parent / name

    def target(self, path: str) -> Path:
        """The file that a save to that path writes: a link's target, or a new file."""
        location = self.destination(path)
        return self.inside(location, path) if location.is_symlink() else location

    def inside(self, file: Path | str, path: str) -> Path:
        """A file's location, its links resolved; NotFound if it is outside the folder."""
        return Path(self._inside(os.fspath(file), path))

    def _inside(self, file: str, path: str) -> str:
        if self._only and not is_within(normalize(path), self._only):
            raise Forbidden(
                f"{path!r} is outside {self._only!r}, the notebook's folder, which its code cannot "
                "leave. `wasmnb serve --kernel-files all` gives code access to all files."
            )
        return self._within(self._boundary, file, path)

    def _within(self, world: str, file: str, path: str) -> str:
        real = self._real(file)
        if not (self._follows_links or f"{real}{os.sep}".startswith(world)):
            raise NotFound(f"{path!r} is a symbolic link out of the folder.")
        return real

    def _real(self, file: str) -> str:
        """The same as `realpath`, but faster: the folders above the root are not examined."""
        root, inside = self._below, file.removeprefix(self._below)
        if inside == file or WINDOWS:  # `lstat` does not recognise its junctions
            return os.path.realpath(file)
        here = root.rstrip(os.sep)
        try:
            for name in inside.split(os.sep):  # noqa: PTH206  a Path is slow
                here = f"{here}{os.sep}{name}"
                if stat.S_ISLNK(os.lstat(here).st_mode):
                    return os.path.realpath(file)
        except OSError:
            return os.path.realpath(file)
        return here


def below(folder: Path) -> str:
    """The prefix of the locations of all files in a folder."""
    return f"{str(folder).rstrip(os.sep)}{os.sep}"


def names(path: str, hidden: type[Problem] = NotFound) -> list[str]:
    """The names along an API path."""
    along = [name for name in path.split("/") if name]
    for name in along:
        if is_hidden(name):
            raise hidden(f"There is no {path!r}: names that begin with a dot are hidden.")
        if not is_name(name):
            raise hidden(f"There is no {path!r}: {name!r} is not a valid file name.")
    return along


def normalize(path: str) -> str:
    """An API path as responses spell it: without leading, trailing or double `/`."""
    return "/".join(name for name in path.split("/") if name)


def is_within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def is_hidden(name: str) -> bool:
    return name.startswith(".")


def is_name(name: str) -> bool:
    """Whether this is a valid file name that a URL can hold: UTF-8, no `/`, no NUL."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    if WINDOWS and not is_windows_name(name):
        return False
    return "\0" not in name and "/" not in name and name not in ("", ".", "..")


def is_windows_name(name: str) -> bool:
    """Whether this is a file name on Windows, and not a path, stream or device.

    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    """
    has_allowed = not SPECIAL.search(name) and not name.endswith((".", " "))
    return has_allowed and not DEVICE.fullmatch(name)


def root_is_fixed() -> list[str]:
    raise Invalid("The folder itself cannot be renamed, deleted or overwritten.")

"""Which file an API path means, and never one outside the folder.

An API path is what the Jupyter contents API speaks: names with `/` between them, relative to the
folder that is served, `""` for the folder itself. Names that begin with a dot are hidden, which
also takes care of `.` and `..`.
"""

import os
import re
import stat
from pathlib import Path

from wasmnb.contents.errors import Forbidden, Invalid, NotFound, Problem

# Of this folder the code of every notebook may read, to install what it needs.
WHEELS = "wheels"
WINDOWS = os.name == "nt"
SPECIAL = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³]|conin\$|conout\$) *(\..*)?", re.IGNORECASE)


class Folder:
    """The folder that is served: the world, as far as requests are concerned.

    Of a notebook's code the world is a part of it, from the path `only` downward.
    """

    def __init__(self, root: Path, *, follows_links: bool = False, only: str = "") -> None:
        self.root = Path(os.path.realpath(root))
        self._follows_links = follows_links
        self._only = tidy(only)
        self._below = below(self.root)
        self._world = below(Path(os.path.realpath(self.root / self._only)))
        self._wheels = below(self.root / WHEELS)

    def part(self, path: str) -> "Folder":
        """The same folder for someone who may reach only what is at that path and below."""
        return Folder(self.root, follows_links=self._follows_links, only=path)

    def look(self, path: str) -> tuple[str, os.stat_result]:
        """The place of a file or folder, links followed, and what is known of it."""
        file = "/".join((str(self.root), *names(path)))
        if self._only and is_within(tidy(path), WHEELS):
            place = self._within(self._wheels, file, path)
        else:
            place = self._inside(file, path)
        return place, os.stat(place)  # noqa: PTH116  a Path takes longer than the look

    def find(self, path: str) -> Path:
        """The file or folder at that path, links followed."""
        return Path(self.look(path)[0])

    def entry(self, path: str) -> Path:
        """What stands at that path itself, a link not followed: for moving and deleting."""
        self.find(path)
        return self.place(path)

    def place(self, path: str) -> Path:
        """Where something new of that path goes, in a folder that is there."""
        *above, name = names(path, hidden=Invalid) or root_is_fixed()
        if self._only and tidy(path) == self._only:
            root_is_fixed()
        parent = self.inside(self.root.joinpath(*above), path)
        if not parent.is_dir():
            raise NotFound(f"There is no folder {'/'.join(above)!r} for {name!r}.")
        return parent / name

    def target(self, path: str) -> Path:
        """Which file a save to that path writes: a link's target, or the new file."""
        place = self.place(path)
        return self.inside(place, path) if place.is_symlink() else place

    def inside(self, file: Path | str, path: str) -> Path:
        """The real place of a file: inside the folder, or where the user's links may lead."""
        return Path(self._inside(os.fspath(file), path))

    def _inside(self, file: str, path: str) -> str:
        if self._only and not is_within(tidy(path), self._only):
            raise Forbidden(
                f"{path!r} lies outside of {self._only!r}, the notebook's folder, and its code may "
                "reach no more. `wasmnb serve --kernel-files all` lets it reach everything."
            )
        return self._within(self._world, file, path)

    def _within(self, world: str, file: str, path: str) -> str:
        real = self._real(file)
        if not (self._follows_links or f"{real}{os.sep}".startswith(world)):
            raise NotFound(f"{path!r} is a link that leads out of the folder.")
        return real

    def _real(self, file: str) -> str:
        """What `realpath` says, sooner: of what is below the root, only that is looked at."""
        root, inside = self._below, file.removeprefix(self._below)
        if inside == file or WINDOWS:  # whose junctions are links that do not say so
            return os.path.realpath(file)
        here = root.rstrip(os.sep)
        try:
            for name in inside.split(os.sep):  # noqa: PTH206  a Path takes longer than the rest
                here = f"{here}{os.sep}{name}"
                if stat.S_ISLNK(os.lstat(here).st_mode):
                    return os.path.realpath(file)
        except OSError:
            return os.path.realpath(file)
        return here


def below(folder: Path) -> str:
    """How the places of all that is in a folder begin."""
    return f"{str(folder).rstrip(os.sep)}{os.sep}"


def names(path: str, hidden: type[Problem] = NotFound) -> list[str]:
    """The names along an API path."""
    along = [name for name in path.split("/") if name]
    for name in along:
        if is_hidden(name):
            raise hidden(f"There is no {path!r}: names that begin with a dot are hidden.")
        if not is_name(name):
            raise hidden(f"There is no {path!r}: {name!r} cannot be a file's name.")
    return along


def tidy(path: str) -> str:
    """An API path as answers spell it: no `/` at its ends, none twice."""
    return "/".join(name for name in path.split("/") if name)


def is_within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def is_hidden(name: str) -> bool:
    return name.startswith(".")


def is_name(name: str) -> bool:
    """Whether a file can be called so and be asked for in a URL: UTF-8, one name, no NUL."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    if WINDOWS and not is_windows_name(name):
        return False
    return "\0" not in name and "/" not in name and name not in ("", ".", "..")


def is_windows_name(name: str) -> bool:
    """Whether Windows takes this for a file's name, and not for a path, stream or device.

    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    """
    has_allowed = not SPECIAL.search(name) and not name.endswith((".", " "))
    return has_allowed and not DEVICE.fullmatch(name)


def root_is_fixed() -> list[str]:
    raise Invalid("The folder itself cannot be moved, deleted or overwritten.")

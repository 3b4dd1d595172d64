"""The trash of the user's desktop, from which deleted files can be restored."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from wasmnb.contents.errors import Forbidden


def has_trash(folder: Path) -> bool:
    """Whether files deleted in a folder can go to the trash.

    As in Jupyter, only files on the disk of the user's home do: to delete a file must not copy it.
    The package `send2trash` is optional.
    """
    return find_spec("send2trash") is not None and is_on_disk_of_home(folder)


def is_on_disk_of_home(folder: Path) -> bool:
    try:
        return folder.stat().st_dev == Path.home().stat().st_dev
    except (OSError, RuntimeError):  # no such folder, or no home
        return False


def move_to_trash(entry: Path, path: str) -> None:
    """Move a file or folder to the trash."""
    try:
        import_module("send2trash").send2trash(entry)
    except OSError as error:
        raise Forbidden(
            f"{path!r} was not deleted: it cannot be moved to the trash ({error}). "
            "With `wasmnb serve --no-trash` files are deleted permanently."
        ) from error

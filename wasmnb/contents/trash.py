"""The trash of the user's desktop, out of which what was deleted can be taken back."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from wasmnb.contents.errors import Forbidden


def has_trash(folder: Path) -> bool:
    """Whether what is deleted in a folder can go to the trash.

    As in Jupyter only what lies on the disk of the user's home: to throw something away must not
    mean to copy it. The package that knows the desktops' trashes need not be installed.
    """
    return find_spec("send2trash") is not None and is_on_disk_of_home(folder)


def is_on_disk_of_home(folder: Path) -> bool:
    try:
        return folder.stat().st_dev == Path.home().stat().st_dev
    except (OSError, RuntimeError):  # no folder, or a user without a home
        return False


def throw_away(entry: Path, path: str) -> None:
    """Move a file or folder to the trash."""
    try:
        import_module("send2trash").send2trash(entry)
    except OSError as error:
        raise Forbidden(
            f"{path!r} was not deleted: it cannot be moved to the trash ({error}). "
            "Started with --no-trash, wasmnb deletes for good."
        ) from error

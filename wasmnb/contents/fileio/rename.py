"""Giving a file or folder its name in one step, and never over another.

`os.rename` replaces what has the name. That nothing has it can be made sure of beforehand only
against this program; the system's own exclusive rename makes sure of it against all.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

AT_FDCWD = -100
RENAME_NOREPLACE = 1  # https://man7.org/linux/man-pages/man2/rename.2.html
RENAME_EXCL = 4  # renamex_np(2) of macOS

# Not all systems have it, nor all disks.
LACKING = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def move(old: Path, new: Path) -> None:
    """Give what is at one path another; FileExistsError if something has that."""
    if is_respelled(old, new):
        old.rename(new)
        return
    code = rename_exclusively(os.fsencode(old), os.fsencode(new))
    if code in LACKING:
        move_where_free(old, new)
    elif code:
        raise OSError(code, os.strerror(code), str(old), None, str(new))


def rename_exclusively(old: bytes, new: bytes) -> int:
    """The system's exclusive rename; the number of the error, 0 for none."""
    if EXCLUSIVE is None:
        return errno.ENOSYS
    return ctypes.get_errno() if EXCLUSIVE(old, new) else 0


def system_call() -> Callable[[bytes, bytes], int] | None:
    try:
        system = ctypes.CDLL(None, use_errno=True)
    except TypeError:  # Windows has no such library; its `os.rename` never overwrites
        return None
    if sys.platform == "darwin":
        return lambda old, new: int(system.renamex_np(old, new, RENAME_EXCL))
    if hasattr(system, "renameat2"):
        return lambda old, new: int(
            system.renameat2(AT_FDCWD, old, AT_FDCWD, new, RENAME_NOREPLACE)
        )
    return None


def move_where_free(old: Path, new: Path) -> None:
    if os.path.lexists(new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(new))
    old.rename(new)


def is_respelled(old: Path, new: Path) -> bool:
    """Whether both are one file, its name spelled anew where the disk ignores case."""
    return (
        old.name.casefold() == new.name.casefold()
        and old.parent == new.parent
        and os.path.lexists(new)
        and old.samefile(new)
    )


EXCLUSIVE = system_call()

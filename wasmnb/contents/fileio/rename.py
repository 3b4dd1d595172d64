"""Atomic rename without overwrite (RENAME_NOREPLACE, RENAME_EXCL).

`os.rename` replaces an existing file. To check beforehand that the name is free protects against
this program only; the system's exclusive rename protects against all programs. Where the system
or the disk has none, the check is all there is. On Windows `os.rename` never overwrites.
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

# Errors of systems and disks without an exclusive rename.
UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def rename_exclusively(old: Path, new: Path) -> None:
    """Rename a file or folder; FileExistsError if the new name is taken."""
    if is_case_change(old, new):
        old.rename(new)
        return
    code = exclusive_rename(os.fsencode(old), os.fsencode(new))
    if code in UNSUPPORTED:
        rename_if_free(old, new)
    elif code:
        raise OSError(code, os.strerror(code), str(old), None, str(new))


def exclusive_rename(old: bytes, new: bytes) -> int:
    """Call the system's exclusive rename; the error number, 0 for success."""
    if EXCLUSIVE is None:
        return errno.ENOSYS
    return ctypes.get_errno() if EXCLUSIVE(old, new) else 0


def system_call() -> Callable[[bytes, bytes], int] | None:
    """The exclusive rename of this system, if it has one."""
    try:
        system = ctypes.CDLL(None, use_errno=True)
    except TypeError:  # Windows
        return None
    if sys.platform == "darwin":
        return lambda old, new: int(system.renamex_np(old, new, RENAME_EXCL))
    if hasattr(system, "renameat2"):
        return lambda old, new: int(
            system.renameat2(AT_FDCWD, old, AT_FDCWD, new, RENAME_NOREPLACE)
        )
    return None


def rename_if_free(old: Path, new: Path) -> None:
    if os.path.lexists(new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(new))
    old.rename(new)


def is_case_change(old: Path, new: Path) -> bool:
    """Whether only the case of the name changes, on a disk that ignores case."""
    return (
        old.name.casefold() == new.name.casefold()
        and old.parent == new.parent
        and os.path.lexists(new)
        and old.samefile(new)
    )


EXCLUSIVE = system_call()

"""What can be wrong with what is asked of the folder, each a small class with a sentence."""

import errno
import os
import shutil
from collections.abc import Mapping


class Problem(Exception):
    """What was asked for cannot be done; the message is a sentence for the user.

    `reason` is the short code that the Jupyter contents API has for some problems ("bad type").
    """

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


class NotFound(Problem):
    """There is nothing at that path, or it lies outside the folder."""


class Invalid(Problem):
    """What was asked for does not fit together, or does not fit what is there."""


class Forbidden(Problem):
    """It exists, but whoever runs this program may not read or change it."""


class Conflict(Problem):
    """Something is there already that must not be lost."""


class Changed(Problem):
    """What is there is not what the change was meant for; `model` tells of it, if it is there."""

    def __init__(self, message: str, model: Mapping[str, object] | None) -> None:
        super().__init__(message, "changed")
        self.model = model


class TooLarge(Problem):
    """More was sent than the server takes."""


class TooSlow(Problem):
    """It did not arrive in time."""


class TooMany(Problem):
    """Others are asking for the same already, or someone too often; `wait` is in seconds."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class NoRoom(Problem):
    """It does not fit on the disk."""


class Broken(Problem):
    """The disk or the network behind it failed."""


class Unreachable(Problem):
    """Another server that we were to ask does not answer, or does not let us in."""


SHARING_VIOLATION = 32  # https://learn.microsoft.com/windows/win32/debug/system-error-codes

BY_ERRNO: dict[int, tuple[type[Problem], str]] = {
    errno.ENOENT: (NotFound, "There is no file or folder {path!r}."),
    errno.ENOTDIR: (NotFound, "There is no {path!r}: a file stands where its folder would be."),
    errno.ELOOP: (NotFound, "{path!r} is a link that leads round in a circle."),
    errno.EISDIR: (Invalid, "{path!r} is a folder, a file was wanted."),
    errno.EINVAL: (Invalid, "{path!r} cannot be used for that."),
    errno.ENAMETOOLONG: (Invalid, "{path!r} has a longer name than the disk can hold."),
    errno.EXDEV: (Invalid, "{path!r} cannot be moved to another disk; copy it instead."),
    errno.ENOTEMPTY: (Invalid, "The folder {path!r} is not empty."),
    errno.EACCES: (Forbidden, "Permission denied: {path!r} is protected on disk."),
    errno.EPERM: (Forbidden, "Permission denied: {path!r} is protected on disk."),
    errno.EROFS: (Forbidden, "{path!r} lies on a read-only disk."),
    errno.EEXIST: (Conflict, "{path!r} exists already."),
    errno.ENOSPC: (NoRoom, "The disk is full: {path!r} was not changed. Make room and try again."),
    errno.EDQUOT: (NoRoom, "The disk quota is used up: {path!r} was not changed."),
    errno.EFBIG: (NoRoom, "{path!r} would be larger than a file may be here; it was not changed."),
}


def not_a_file(path: str) -> Invalid:
    return Invalid(f"{path!r} is neither a file nor a folder.", "bad type")


class about:
    """An error of the file system in this block becomes a problem with that path."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError):
            raise problem(error, self._path) from error


def problem(error: OSError, path: str) -> Problem:
    if isinstance(error, shutil.Error):  # of copying a folder: a list of what went wrong, in words
        return Broken(f"{path!r} was not copied, for not all in it can be: {error.args[0][0][2]}.")
    if is_in_use(error):
        return Forbidden(f"{path!r} is open in another program; close it there and try again.")
    code = error.errno or 0
    kind, sentence = BY_ERRNO.get(code, (Broken, "The disk failed with {path!r}: {why}."))
    return kind(sentence.format(path=path, why=os.strerror(code)))


def is_in_use(error: OSError) -> bool:
    """Whether Windows refuses to change a file because a program has it open."""
    return getattr(error, "winerror", None) == SHARING_VIOLATION

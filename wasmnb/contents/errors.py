"""Errors of the contents manager. Each class is answered with one HTTP status."""

import errno
import os
import shutil
from collections.abc import Mapping


class Problem(Exception):
    """The base of all; the message is a sentence for the user.

    `reason` is the short code that the Jupyter contents API has for some errors ("bad type").
    """

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


class NotFound(Problem):
    """There is nothing at that path, or it is outside the folder."""


class Invalid(Problem):
    """The request is malformed, or does not apply to what is at the path."""


class Forbidden(Problem):
    """The server's user lacks the permission, or the client does."""


class Conflict(Problem):
    """The path is taken, and nothing is overwritten."""


class Changed(Problem):
    """A precondition failed; `model` describes what is at the path now, if anything is."""

    def __init__(self, message: str, model: Mapping[str, object] | None) -> None:
        super().__init__(message, "changed")
        self.model = model


class TooLarge(Problem):
    """The request or the file is larger than the limit."""


class TooSlow(Problem):
    """The request did not arrive in time."""


class TooMany(Problem):
    """Too many requests; `wait` is the seconds until the next try."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class NoRoom(Problem):
    """The disk or the quota is full."""


class Broken(Problem):
    """The disk failed, or the network to it."""


class Unreachable(Problem):
    """The upstream server does not answer, or refuses our token."""


SHARING_VIOLATION = 32  # https://learn.microsoft.com/windows/win32/debug/system-error-codes

BY_ERRNO: dict[int, tuple[type[Problem], str]] = {
    errno.ENOENT: (NotFound, "There is no file or folder {path!r}."),
    errno.ENOTDIR: (NotFound, "There is no {path!r}: a file has the name of its folder."),
    errno.ELOOP: (NotFound, "{path!r} is a symbolic link that leads back to itself."),
    errno.EISDIR: (Invalid, "{path!r} is a folder, not a file."),
    errno.EINVAL: (Invalid, "{path!r} cannot be used for that."),
    errno.ENAMETOOLONG: (Invalid, "The name of {path!r} is too long for the disk."),
    errno.EXDEV: (Invalid, "{path!r} cannot be moved to another disk; copy it instead."),
    errno.ENOTEMPTY: (Invalid, "The folder {path!r} is not empty."),
    errno.EACCES: (Forbidden, "Permission denied: {path!r} is protected on disk."),
    errno.EPERM: (Forbidden, "Permission denied: {path!r} is protected on disk."),
    errno.EROFS: (Forbidden, "{path!r} is on a read-only disk."),
    errno.EEXIST: (Conflict, "{path!r} exists already."),
    errno.ENOSPC: (NoRoom, "The disk is full: {path!r} was not changed. Make room and try again."),
    errno.EDQUOT: (NoRoom, "The disk quota is used up: {path!r} was not changed."),
    errno.EFBIG: (NoRoom, "{path!r} was not changed: it would be larger than this disk allows."),
}


def not_a_file(path: str) -> Invalid:
    return Invalid(f"{path!r} is neither a file nor a folder.", "bad type")


class errors_about:
    """Translate an OSError in this block into a Problem with that path.

    A class, because this is on the fast path and `contextmanager` costs more.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError):
            raise problem(error, self._path) from error


def problem(error: OSError, path: str) -> Problem:
    if isinstance(error, shutil.Error):  # of `copytree`: a list of sources, targets and reasons
        return Broken(f"{path!r} was not copied: part of it cannot be: {error.args[0][0][2]}.")
    if is_in_use(error):
        return Forbidden(f"{path!r} is open in another program; close it there and try again.")
    code = error.errno or 0
    kind, sentence = BY_ERRNO.get(code, (Broken, "The disk failed at {path!r}: {why}."))
    return kind(sentence.format(path=path, why=os.strerror(code)))


def is_in_use(error: OSError) -> bool:
    """Whether Windows refuses to change a file because a program has it open."""
    return getattr(error, "winerror", None) == SHARING_VIOLATION

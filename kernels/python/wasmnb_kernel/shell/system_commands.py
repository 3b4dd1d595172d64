"""Emulated system commands for where there are no processes: !ls, !cat, !pwd.

%ls and %cat are IPython's names for the same.
"""

import glob
import shlex
import stat
from argparse import ArgumentError, ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

SHELL_SYNTAX = set("|<>&;`$")


def run(command: str) -> Iterator[str] | None:
    """The lines that a command prints; None if it is not emulated."""
    if SHELL_SYNTAX & set(command):
        return None
    try:
        name, *arguments = shlex.split(command)
    except ValueError:  # empty, or an unclosed quotation mark
        return None
    return COMMANDS[name](arguments) if name in COMMANDS else None


def ls(arguments: list[str]) -> Iterator[str]:
    """List folders."""
    parser = ArgumentParser(prog="ls", add_help=False, exit_on_error=False)
    parser.add_argument("-l", action="store_true")
    parser.add_argument("-a", "-A", action="store_true")
    for option in ("-1", "-F", "-G", "-h", "--color"):  # they only change how a terminal shows it
        parser.add_argument(option, action="store_true")
    parser.add_argument("paths", nargs="*")
    try:
        options, unknown = parser.parse_known_args(arguments)
    except ArgumentError as error:
        unknown = [str(error)]
    if unknown:
        yield f"ls: {' '.join(unknown)} is not supported here; -l and -a are."
        return
    paths = list(_expanded(options.paths or ["."]))
    for path in paths:
        if not path.exists():
            yield f"ls: {path}: No such file or directory"
            continue
        if path.is_dir() and len(paths) > 1:
            yield f"{path}:"
        yield from _listed(path, long=options.l, hidden=options.a)


def cat(arguments: list[str]) -> Iterator[str]:
    """Print files."""
    for path in _expanded(arguments):
        try:
            yield from path.read_text(errors="replace").splitlines()
        except OSError as error:
            yield f"cat: {path}: {error.strerror}"


def pwd(_arguments: list[str]) -> Iterator[str]:
    """Print the working folder."""
    yield str(Path.cwd())


COMMANDS: dict[str, Callable[[list[str]], Iterator[str]]] = {"ls": ls, "cat": cat, "pwd": pwd}


def _expanded(patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from map(Path, sorted(glob.glob(pattern)) or [pattern])  # noqa: PTH207  as written


def _listed(path: Path, *, long: bool, hidden: bool) -> Iterator[str]:
    entries = sorted(path.iterdir()) if path.is_dir() else [path]
    for entry in entries:
        if hidden or not entry.name.startswith("."):
            name = f"{entry.name if path.is_dir() else entry}{'/' if entry.is_dir() else ''}"
            yield f"{_details(entry)} {name}" if long else name


def _details(entry: Path) -> str:
    about = entry.stat()
    changed = datetime.fromtimestamp(about.st_mtime, UTC).strftime("%Y-%m-%d %H:%M")
    return f"{stat.filemode(about.st_mode)} {about.st_size:>10} {changed}"

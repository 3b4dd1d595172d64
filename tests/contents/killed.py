"""A program that saves one file again and again, until it is killed; and the one that starts it.

Run as `python -m tests.server.killed FOLDER`, it reads `start` and `kill` and says when it is done.
To start the saving program is to fork, so that hundreds of kills take seconds.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from wasmnb.contents.manager import Contents

SIZE = 200_000


def content(letter: str) -> str:
    return letter * SIZE


def save_for_ever(folder: Path, saved: int) -> None:
    """Save; close the descriptor after the first time."""
    contents = Contents(folder)
    save(contents, "a")
    os.close(saved)
    for letter in cycle("bcdefgha"):
        save(contents, letter)


def save(contents: Contents, letter: str) -> None:
    contents.save("a.txt", {"type": "file", "format": "text", "content": content(letter)})


def start(folder: Path) -> int:
    """The id of a process that saves, and has done so at least once."""
    seen, saved = os.pipe()
    process = os.fork()
    if not process:
        os.close(seen)
        save_for_ever(folder, saved)
    os.close(saved)
    os.read(seen, 1)  # returns when the other end is closed too
    os.close(seen)
    return process


def kill(process: int) -> None:
    time.sleep(random.uniform(0, 0.01))  # noqa: S311  the moment is what is tried
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def main(folder: Path) -> None:
    process = 0
    for line in sys.stdin:
        if line == "start\n":
            process = start(folder)
        else:
            kill(process)
        print("done", flush=True)


class Saver:
    """The program, as the tests see it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self) -> None:
        """Go on when the first save is done."""
        self._tell("start")

    def kill(self) -> None:
        """End it at some moment, in the middle of a save or between two."""
        self._tell("kill")

    def _tell(self, what: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"


@contextmanager
def saver(folder: Path) -> Iterator[Saver]:
    command = [sys.executable, "-m", __name__, str(folder)]
    with subprocess.Popen(  # noqa: S603  this program
        command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Saver(process)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Uploads that come in chunks: they become a file when the last one is there.

JupyterLab sends files over 15 MB so, as `chunk` 1, 2, 3, ... and -1 for the last. Until then the
file that may stand at that path is left alone, and what came is kept in a hidden file beside it.
"""

import os
from pathlib import Path
from secrets import token_hex

from wasmnb.problems import Invalid
from wasmnb.saving import copy_bytes, replaceable

LAST = -1


class Uploads:
    """The uploads that are under way, by the place of the file that each is to become."""

    def __init__(self) -> None:
        self._parts: dict[Path, Path] = {}

    def take(self, target: Path, chunk: int, data: bytes, path: str) -> Path:
        """Take a chunk; the file that holds all there is by now: the target after the last."""
        if chunk == 1:
            self._start(target)
        part = self._parts.get(target)
        if part is None or not part.exists():
            raise Invalid(f"Chunk {chunk} of {path!r} came without those before; upload it anew.")
        try:
            with part.open("ab") as file:
                file.write(data)
            return self._finish(part, target) if chunk == LAST else part
        except OSError:
            self._drop(target)
            raise

    def close(self) -> None:
        """What is not complete is given up."""
        for target in list(self._parts):
            self._drop(target)

    def _start(self, target: Path) -> None:
        replaceable(target)
        self._drop(target)
        part = target.with_name(f".~{token_hex(8)}.part")
        os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
        self._parts[target] = part

    def _finish(self, part: Path, target: Path) -> Path:
        copy_bytes(part, target)
        self._drop(target)
        return target

    def _drop(self, target: Path) -> None:
        part = self._parts.pop(target, None)
        if part:
            part.unlink(missing_ok=True)

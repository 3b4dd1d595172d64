"""Uploads that come in chunks: they become a file when the last one is there.

JupyterLab sends files over 15 MB so, as `chunk` 1, 2, 3, ... and -1 for the last. Until then the
file that may stand at that path is left alone, and what came is kept in a hidden file beside it.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from wasmnb.contents.errors import Invalid, TooMany
from wasmnb.contents.fileio.atomic import Check, Pending

LAST = -1

AT_ONCE = 32
IDLE = 3600  # seconds without a chunk, after which an upload has been given up


@dataclass
class Upload:
    """What came of a file so far."""

    pending: Pending
    last_chunk: float = field(default_factory=time.monotonic)


class Uploads:
    """The uploads that are under way, by the place of the file that each is to become."""

    def __init__(self) -> None:
        self._open: dict[Path, Upload] = {}

    def take(
        self, target: Path, chunk: int, data: bytes, path: str, check: Check
    ) -> os.stat_result:
        """Take a chunk; what there is by now: the finished file after the last."""
        if chunk == 1:
            self._start(target, path)
        upload = self._open.get(target)
        if upload is None:
            raise Invalid(f"Chunk {chunk} of {path!r} came without those before; upload it anew.")
        try:
            upload.pending.file.write(data)
            upload.last_chunk = time.monotonic()
            if chunk == LAST:
                return self._finish(target, check)
            upload.pending.file.flush()
            return os.fstat(upload.pending.file.fileno())
        except BaseException:
            self._drop(target)
            raise

    def close(self) -> None:
        """What is not complete is given up."""
        for target in list(self._open):
            self._drop(target)

    def _start(self, target: Path, path: str) -> None:
        self._drop(target)
        for other, upload in list(self._open.items()):
            if upload.last_chunk < time.monotonic() - IDLE:
                self._drop(other)
        if len(self._open) >= AT_ONCE:
            raise TooMany(
                f"{path!r} was not uploaded: {AT_ONCE} uploads are under way; "
                "wait for one of them to end.",
                wait=10,
            )
        self._open[target] = Upload(Pending(target))

    def _finish(self, target: Path, check: Check) -> os.stat_result:
        info = self._open[target].pending.finish(check)
        del self._open[target]
        return info

    def _drop(self, target: Path) -> None:
        upload = self._open.pop(target, None)
        if upload:
            upload.pending.drop()

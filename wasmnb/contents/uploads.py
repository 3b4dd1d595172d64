"""Chunked uploads.

JupyterLab sends files over 15 MB as `chunk` 1, 2, 3, ... and -1 for the last. Chunks are appended
to a temporary file, which replaces the file at the path when the last chunk is there.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from wasmnb.contents.errors import Invalid, TooMany
from wasmnb.contents.fileio.atomic import AtomicFile, Check

LAST = -1

MAX_UPLOADS = 32  # at once
IDLE_SECONDS = 3600  # without a chunk, after which an upload is discarded


@dataclass
class Upload:
    """A file of which some chunks have arrived."""

    file: AtomicFile
    last_chunk: float = field(default_factory=time.monotonic)


class Uploads:
    """The uploads in progress, by target file."""

    def __init__(self) -> None:
        self._open: dict[Path, Upload] = {}

    def add_chunk(
        self, target: Path, chunk: int, data: bytes, path: str, check: Check
    ) -> os.stat_result:
        """Append a chunk; the `fstat` of the temporary file, or of the finished one."""
        if chunk == 1:
            self._start(target, path)
        upload = self._open.get(target)
        if upload is None:
            raise Invalid(
                f"Chunk {chunk} of {path!r} came without the ones before it; upload it anew."
            )
        try:
            upload.file.stream.write(data)
            upload.last_chunk = time.monotonic()
            if chunk == LAST:
                return self._finish(target, check)
            upload.file.stream.flush()
            return os.fstat(upload.file.stream.fileno())
        except BaseException:
            self._discard(target)
            raise

    def close(self) -> None:
        """Discard all incomplete uploads."""
        for target in list(self._open):
            self._discard(target)

    def _start(self, target: Path, path: str) -> None:
        self._discard(target)
        for other, upload in list(self._open.items()):
            if upload.last_chunk < time.monotonic() - IDLE_SECONDS:
                self._discard(other)
        if len(self._open) >= MAX_UPLOADS:
            raise TooMany(
                f"{path!r} was not uploaded: {MAX_UPLOADS} uploads are in progress; "
                "wait until one of them ends.",
                wait=10,
            )
        self._open[target] = Upload(AtomicFile(target))

    def _finish(self, target: Path, check: Check) -> os.stat_result:
        info = self._open[target].file.commit(check)
        del self._open[target]
        return info

    def _discard(self, target: Path) -> None:
        upload = self._open.pop(target, None)
        if upload:
            upload.file.discard()

"""Archives whose bytes depend on nothing but what is in them."""

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

EPOCH = 315532800  # 1980-01-01, the first day that a zip archive can name
HEADER = 30  # bytes before a file's name, which is before its data


def unpack(path: Path, folder: Path, dropped: tuple[str, ...] = ()) -> None:
    """Lays an archive's files in a folder, dated as ours are, without those that are dropped."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith(dropped) and not name.endswith("/"):
                file = archive.extract(name, folder)
                os.utime(file, (EPOCH, EPOCH))


def pack(files: Mapping[str, bytes]) -> bytes:
    """The files in a zip, stored: a page cuts them out as they are, HTTP compresses the whole."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def parts(data: bytes) -> dict[str, tuple[int, int]]:
    """Where in a zip that was packed here each file lies: its first byte, and how many."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: (_start(info), info.file_size) for info in archive.infolist()}


def _start(info: zipfile.ZipInfo) -> int:
    return info.header_offset + HEADER + len(info.filename.encode())


def read(folder: Path) -> dict[str, bytes]:
    """The files under a folder, by their paths in it."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

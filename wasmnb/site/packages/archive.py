"""Reproducible zip archives, which a kernel extracts at start: same files, same bytes."""

import io
import json
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

Files = Mapping[str, bytes]
"""Path to content."""

EPOCH = 315532800  # 1980-01-01, the first day that a zip archive can name
HEADER = 30  # bytes before a file's name, which is before its data
RECORD = re.compile(r"[^/]+\.dist-info/RECORD")
# What a start does not need is fetched file by file, when it is opened.
LOADED_LATER = re.compile(
    r"\.pyi?$|/jedi-cache\.zip$"  # for tracebacks and completion
    r"|^(ensurepip|multiprocessing|pydoc_data|unittest|wsgiref|xmlrpc)/"
    r"|/pygments/lexers/__pycache__/(?!__init__|_mapping|python|special)"  # of other languages
    r"|/pygments/(styles|formatters)/__pycache__/(?!__init__|_mapping|default|html|terminal)"
)


def split(library: Files) -> dict[str, bytes]:
    """Splits Python's library: files that a kernel extracts at start, and files read on demand."""
    sources = pack({name: data for name, data in library.items() if LOADED_LATER.search(name)})
    now = {name: data for name, data in library.items() if not LOADED_LATER.search(name)}
    later = json.dumps(parts(sources)).encode()
    return {"library.zip": pack({**now, "on-demand.json": later}), "sources.zip": sources}


def recorded(wheel: Files) -> dict[str, bytes]:
    """A wheel's files with a RECORD of what is there now, which is what uninstalling it removes."""
    listed = "".join(f"{name},,\n" for name in sorted(wheel)).encode()
    return {name: listed if RECORD.fullmatch(name) else data for name, data in wheel.items()}


def pack(files: Files, compression: int = zipfile.ZIP_STORED) -> bytes:
    """The files in a zip, stored: a page cuts them out as they are, HTTP compresses the whole."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return buffer.getvalue()


def unpack(archive: bytes) -> dict[str, bytes]:
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}


def parts(archive: bytes) -> dict[str, tuple[int, int]]:
    """The offset and size of each file in a zip that `pack` made."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {info.filename: (_start(info), info.file_size) for info in opened.infolist()}


def _start(info: zipfile.ZipInfo) -> int:
    return info.header_offset + HEADER + len(info.filename.encode())


def extract(files: Files, folder: Path) -> None:
    """Writes the files to a folder, all with the same date."""
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        os.utime(file, (EPOCH, EPOCH))


def read(folder: Path) -> dict[str, bytes]:
    """The files in a folder, by path."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

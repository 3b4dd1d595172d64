"""Responses with a file's content: that of the file opened, even if another replaces it."""

from functools import lru_cache
from io import BufferedReader
from pathlib import Path
from typing import override

from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from wasmnb.contents.reader import File
from wasmnb.pages.csp import STORED_FILE_CSP
from wasmnb.server.media_types import content_type
from wasmnb.server.responses import entity_tag

# Windows has no such names; there an open file cannot be renamed or replaced.
HAS_DEV_FD = Path("/dev/fd").is_dir()


class OpenFileResponse(FileResponse):
    """Starlette's response, with ranges, for an open file."""

    def __init__(self, file: File, filename: str | None, stream: BufferedReader) -> None:
        path = f"/dev/fd/{stream.fileno()}" if HAS_DEV_FD else stream.name
        super().__init__(path, headers=headers_of(file), filename=filename, stat_result=file.info)
        self._stream = stream

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._stream:
            await super().__call__(scope, receive, send)


class CachedFileResponse(Response):
    """The same for a file whose content is in memory."""

    def __init__(self, file: File, filename: str | None, data: bytes) -> None:
        super().__init__(data)
        self.raw_headers += raw_headers(file, filename)


@lru_cache(1000)
def raw_headers(file: File, filename: str | None) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of Starlette's response, except Content-Length."""
    response = FileResponse("", headers=headers_of(file), filename=filename, stat_result=file.info)
    return tuple(header for header in response.raw_headers if header[0] != b"content-length")


def headers_of(file: File) -> dict[str, str]:
    """The headers that Starlette does not add."""
    return {
        "Content-Type": file_type(file.name),
        "Content-Security-Policy": STORED_FILE_CSP,
        "Cache-Control": "no-cache",
        **({"ETag": entity_tag(file.hash)} if file.hash else {}),
    }


def file_type(name: str) -> str:
    return "application/x-ipynb+json" if name.endswith(".ipynb") else content_type(name)

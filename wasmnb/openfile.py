"""The answer that sends an open file: the one that was looked at, whatever takes its place."""

from collections.abc import Mapping

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from wasmnb.contents import File


class OpenFileResponse(FileResponse):
    """Starlette's answer, ranges and all, for a file that is open already."""

    def __init__(self, file: File, headers: Mapping[str, str], filename: str | None) -> None:
        place = f"/dev/fd/{file.stream.fileno()}"
        super().__init__(place, 200, headers, filename=filename, stat_result=file.info)
        self._stream = file.stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stream.close()

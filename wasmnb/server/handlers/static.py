"""Files for the browser: the right type, compressed if it was done beforehand, cached rightly."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import override

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Receive, Scope, Send

from wasmnb.contents.hashes import look
from wasmnb.manifest import SIBLINGS
from wasmnb.server.cache import LARGEST, Kept
from wasmnb.server.media_types import content_type

# A hash of the content or a version in its path: what that URL says will never change.
LASTING = re.compile(r"(?<![0-9a-z])[0-9a-f]{8,}(?![0-9a-z])|\d+\.\d+\.\d+")
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class Assets(StaticFiles):
    """A folder of files that build/ made. It may be built while the server runs."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._root = directory
        self._kept = Kept[bytes]()
        self.config_checked = True

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        """Without a thread for the look at our own disk, if a file is there."""
        try:
            found, info = self.lookup_path(path)
        except (OSError, ValueError):
            info = None
        if info is None or not stat.S_ISREG(info.st_mode) or scope["method"] not in ("GET", "HEAD"):
            return await super().get_response(path, scope)
        return self.file_response(found, info, scope)

    @override
    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        asked, file = Headers(scope=scope), Path(full_path)
        coding, sent = best_sibling(file, asked.get("accept-encoding", ""))
        headers = {
            "content-type": content_type(file.name),
            "cache-control": FOREVER if LASTING.search(self._name(file)) else ASK_AGAIN,
            "vary": "Accept-Encoding",
            **({"content-encoding": coding} if coding else {}),
        }
        info = stat_result if sent == file else sent.stat()
        answer = AssetResponse(sent, status_code, headers, info, self._kept)
        return (
            NotModifiedResponse(answer.headers)
            if self.is_not_modified(answer.headers, asked)
            else answer
        )

    def _name(self, file: Path) -> str:
        return file.relative_to(os.path.realpath(self._root)).as_posix()


class AssetResponse(FileResponse):
    """Starlette's answer; what is not large is read at once, and kept for the next who asks."""

    def __init__(
        self,
        file: Path,
        status: int,
        headers: Mapping[str, str],
        info: os.stat_result,
        kept: Kept[bytes],
    ) -> None:
        super().__init__(file, status, headers, stat_result=info)
        self._file = file
        self._key = look(info)
        self._is_small = info.st_size <= LARGEST
        self._kept = kept

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_small or "range" in Headers(scope=scope):
            return await super().__call__(scope, receive, send)
        data = self._kept.get(self._key)
        if data is None:
            data = await run_in_threadpool(self._file.read_bytes)
            self._kept.keep(self._key, data, len(data))
        self.headers["content-length"] = str(len(data))
        return await Response(data, self.status_code, self.headers)(scope, receive, send)


def best_sibling(file: Path, accepted: str) -> tuple[str | None, Path]:
    """The best coding that a browser takes and that lies beside a file, and what holds it."""
    codings = taken(accepted)
    for coding, ending in SIBLINGS.items():
        sibling = file.with_name(file.name + ending)
        if coding in codings and sibling.is_file():
            return coding, sibling
    return None, file


def taken(accepted: str) -> set[str]:
    """The codings in an Accept-Encoding header that are not refused by `q=0`."""
    offers = (offer.replace(" ", "").lower().partition(";q=") for offer in accepted.split(","))
    return {coding for coding, _, weight in offers if weight.strip("0.") or not weight}

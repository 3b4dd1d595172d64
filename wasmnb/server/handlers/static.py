"""Static assets: media types, precompressed variants and Cache-Control.

A variant is chosen by Accept-Encoding (content negotiation); fingerprinted URLs are immutable.
"""

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

from wasmnb.contents.hashes import fingerprint
from wasmnb.manifest import SIBLINGS
from wasmnb.server.cache import LARGEST, ResponseCache
from wasmnb.server.media_types import content_type

# A path with a hash or a version: the content of such a URL never changes.
FINGERPRINTED = re.compile(r"(?<![0-9a-z])[0-9a-f]{8,}(?![0-9a-z])|\d+\.\d+\.\d+")
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


class StaticAssets(StaticFiles):
    """A folder of assets from build/, which may be rebuilt while the server runs."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._root = directory
        self._cache = ResponseCache[bytes](len)
        self.config_checked = True

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        """As Starlette, but an existing file is looked up without a thread."""
        try:
            full_path, info = self.lookup_path(path)
        except (OSError, ValueError):
            info = None
        if info is None or not stat.S_ISREG(info.st_mode) or scope["method"] not in ("GET", "HEAD"):
            return await super().get_response(path, scope)
        return self.file_response(full_path, info, scope)

    @override
    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        request_headers, file = Headers(scope=scope), Path(full_path)
        coding, variant = best_variant(file, request_headers.get("accept-encoding", ""))
        headers = {
            "content-type": content_type(file.name),
            "cache-control": IMMUTABLE if FINGERPRINTED.search(self._name(file)) else REVALIDATE,
            "vary": "Accept-Encoding",
            **({"content-encoding": coding} if coding else {}),
        }
        info = stat_result if variant == file else variant.stat()
        response = AssetResponse(variant, status_code, headers, info, self._cache)
        if self.is_not_modified(response.headers, request_headers):
            return NotModifiedResponse(response.headers)
        return response

    def _name(self, file: Path) -> str:
        return file.relative_to(os.path.realpath(self._root)).as_posix()


class AssetResponse(FileResponse):
    """Starlette's response; small files are read whole and cached."""

    def __init__(
        self,
        file: Path,
        status: int,
        headers: Mapping[str, str],
        info: os.stat_result,
        cache: ResponseCache[bytes],
    ) -> None:
        super().__init__(file, status, headers, stat_result=info)
        self._file = file
        self._key = fingerprint(info)
        self._is_small = info.st_size <= LARGEST
        self._cache = cache

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_small or "range" in Headers(scope=scope):
            return await super().__call__(scope, receive, send)
        data = self._cache.get(self._key)
        if data is None:
            data = await run_in_threadpool(self._file.read_bytes)
            self._cache.store(self._key, data)
        self.headers["content-length"] = str(len(data))
        return await Response(data, self.status_code, self.headers)(scope, receive, send)


def best_variant(file: Path, accept_encoding: str) -> tuple[str | None, Path]:
    """The best content coding that the client accepts, and the variant that has it."""
    codings = accepted_codings(accept_encoding)
    for coding, ending in SIBLINGS.items():
        variant = file.with_name(file.name + ending)
        if coding in codings and variant.is_file():
            return coding, variant
    return None, file


def accepted_codings(accept_encoding: str) -> set[str]:
    """The codings in an Accept-Encoding header, except those refused by `q=0`."""
    parts = accept_encoding.replace(" ", "").lower().split(",")
    offers = (part.partition(";q=") for part in parts)
    return {coding for coding, _, weight in offers if weight.strip("0.") or not weight}

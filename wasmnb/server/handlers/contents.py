"""The contents REST API: the handlers of /api/contents and /files.

https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import NamedTuple, Self
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from wasmnb.contents.errors import Forbidden, Invalid
from wasmnb.contents.manager import Contents
from wasmnb.contents.models import Format, Kind, add_content, as_kind
from wasmnb.contents.preconditions import preconditions_in
from wasmnb.contents.reader import File
from wasmnb.server.auth.keys import KEY_FOLDER
from wasmnb.server.cache import LARGEST, ResponseCache
from wasmnb.server.file_response import CachedFileResponse, OpenFileResponse
from wasmnb.server.requests import flag, format_in, json_object, path_of, text_field
from wasmnb.server.responses import (
    EncodedJson,
    encode,
    json_response,
    model_response,
    no_content,
    not_modified_or,
)

# Where in the request's state `get_cached` notes the generation of the cache.
MISSED_AT = "contents_cache_missed_at"
Handler = Callable[[Request, bytes], Response]
# Lock striping: as many notebooks can be read at once. Paths with the same hash share a lock.
LOCKS = 64


class CachedContent(NamedTuple):
    """What a model of a file has besides its metadata."""

    content: EncodedJson
    format: Format | None
    message: str | None


class ContentsApi:
    """The handlers of /api/contents and /files, for one folder."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self._contents_cache = ResponseCache[CachedContent](lambda entry: len(entry.content))
        self._files_cache = ResponseCache[bytes](len)
        self._locks = tuple(Lock() for _ in range(LOCKS))

    def _of(self, request: Request) -> Contents:
        """The contents within reach of the request's key, which AuthMiddleware has checked."""
        folder = request.scope.get(KEY_FOLDER)
        return self.contents if folder is None else self.contents.confined_to(folder)

    def get(self, request: Request, _: bytes) -> Response:
        """A model. Concurrent requests for one notebook are coalesced (single flight)."""
        path = path_of(request)
        if not path.endswith(".ipynb"):
            return self._read(request)
        with self._locks[hash(path) % LOCKS]:
            return self._cached_meanwhile(request) or self._read(request)

    def _cached_meanwhile(self, request: Request) -> Response | None:
        """The cached response, if one may have been stored since the fast path missed it."""
        is_same = getattr(request.state, MISSED_AT, None) == self._contents_cache.generation
        return None if is_same else self.get_cached(request, b"")

    def _read(self, request: Request) -> Response:
        contents, query = self._of(request), ReadQuery.of(request)
        key = query.form, contents.trust_state()
        model = contents.get(
            query.path,
            kind=query.kind,
            form=query.form,
            content=query.content,
            hashed=query.hashed,
        )
        if query.content:
            content = EncodedJson(encode(model["content"]))
            model["content"] = content
            if model["hash"]:
                entry = CachedContent(content, model["format"], model.get("message"))
                self._contents_cache.store((model["hash"], model["type"], *key), entry)
        return not_modified_or(model_response(model, located=False), request)

    def get_cached(self, request: Request, _: bytes) -> Response | None:
        """The response of `get` if its content is cached or not requested, else None."""
        setattr(request.state, MISSED_AT, self._contents_cache.generation)
        contents, query = self._of(request), ReadQuery.of(request)
        model = contents.lookup(query.path, query.kind)
        if model is None:
            return None
        if query.content:
            key = model["hash"], model["type"], query.form, contents.trust_state()
            entry = self._contents_cache.get(key)
            if entry is None:
                return None
            add_content(model, entry.content, entry.format)
            if entry.message:
                model["message"] = entry.message
        return not_modified_or(model_response(model, located=False), request)

    def post(self, request: Request, body: bytes) -> Response:
        """A new untitled file, or a copy of one; the server picks its name."""
        fields = json_object(body)
        if source := text_field(fields, "copy_from"):
            return model_response(self._of(request).copy(source, path_of(request)), 201)
        kind, ext = text_field(fields, "type"), text_field(fields, "ext")
        return model_response(self._of(request).new_untitled(path_of(request), kind, ext), 201)

    def put(self, request: Request, body: bytes) -> Response:
        conditions = preconditions_in(request.headers)
        model, is_new = self._of(request).save(path_of(request), json_object(body), conditions)
        return model_response(model, 201 if is_new else 200)

    def patch(self, request: Request, body: bytes) -> Response:
        new_path = text_field(json_object(body), "path")
        if not new_path:
            raise Invalid("Nothing was renamed: the request's body lacks the new `path`.")
        conditions = preconditions_in(request.headers)
        return model_response(self._of(request).rename(path_of(request), new_path, conditions))

    def delete(self, request: Request, _: bytes) -> Response:
        self._of(request).delete(path_of(request), preconditions_in(request.headers))
        return no_content()

    def of_file(self, handler: Handler, otherwise: Handler) -> Handler:
        """The handler of /api/contents/FILE/checkpoints and the like.

        Below a folder, this is the URL of a file named `checkpoints`; `otherwise` handles that.
        """

        def respond(request: Request, body: bytes) -> Response:
            if not self._of(request).is_folder(path_of(request)):
                return handler(request, body)
            request.path_params["path"] = request.scope["path"].removeprefix("/api/contents/")
            return otherwise(request, body)

        return respond

    def checkpoints(self, request: Request, _: bytes) -> Response:
        return json_response(self._of(request).checkpoints(path_of(request)))

    def create_checkpoint(self, request: Request, _: bytes) -> Response:
        path = path_of(request)
        checkpoint = self._of(request).create_checkpoint(path)
        location = f"/api/contents/{quote(path)}/checkpoints/{checkpoint['id']}"
        return json_response(checkpoint, 201, {"Location": location})

    def restore_checkpoint(self, request: Request, _: bytes) -> Response:
        self._of(request).restore_checkpoint(path_of(request), request.path_params["checkpoint"])
        return no_content()

    def delete_checkpoint(self, request: Request, _: bytes) -> Response:
        self._of(request).delete_checkpoint(path_of(request), request.path_params["checkpoint"])
        return no_content()

    def trust(self, request: Request, _: bytes) -> Response:
        self._of(request).trust(path_of(request))
        return Response(status_code=201)

    def health(self, _request: Request, _: bytes) -> Response:
        """A health check for load balancers."""
        is_healthy = self.contents.is_folder("")
        return json_response({"status": "ok" if is_healthy else "lost"}, 200 if is_healthy else 503)

    def file(self, request: Request, _: bytes) -> Response:
        """The bytes of a file, or a requested range of them."""
        refuse_service_worker(request)
        file, stream = self._of(request).open(path_of(request))
        if file.info.st_size <= LARGEST and "range" not in request.headers:
            with stream:
                data = stream.read()
            self._files_cache.store(sha256(data).hexdigest(), data)
            whole = CachedFileResponse(file, download_name(file, request), data)
            return not_modified_or(whole, request)
        streamed = OpenFileResponse(file, download_name(file, request), stream)
        response = not_modified_or(streamed, request)
        if response is not streamed:
            stream.close()
        return response

    def file_cached(self, request: Request, _: bytes) -> Response | None:
        """The response of `file` if its bytes are cached, else None."""
        refuse_service_worker(request)
        file = self._of(request).lookup_file(path_of(request))
        data = self._files_cache.get(file.hash) if file else None
        if file is None or data is None or "range" in request.headers:
            return None
        cached = CachedFileResponse(file, download_name(file, request), data)
        return not_modified_or(cached, request)


@dataclass(frozen=True)
class ReadQuery:
    """The path and query parameters of a GET."""

    path: str
    kind: Kind | None
    form: str | None
    content: bool
    hashed: bool

    @classmethod
    def of(cls, request: Request) -> Self:
        query = request.query_params
        return cls(
            path_of(request),
            as_kind(query.get("type")),
            format_in(query),
            flag(query, "content", True),
            flag(query, "hash", False),
        )


def refuse_service_worker(request: Request) -> None:
    """A stored file must not become a service worker, which could intercept all requests."""
    if request.headers.get("service-worker"):
        raise Forbidden("Refused: a stored file cannot be a service worker.")


def download_name(file: File, request: Request) -> str | None:
    """The file name of a download; None if the browser shows the file instead."""
    query = request.scope["query_string"] and request.query_params
    return file.name if query and query.get("download") else None

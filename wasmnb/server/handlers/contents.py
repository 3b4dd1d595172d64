"""The contents REST API: what each request of Jupyter's clients does to the folder.

https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from wasmnb.contents.errors import Forbidden, Invalid
from wasmnb.contents.manager import Contents
from wasmnb.contents.models import Format, Kind, add_content, as_kind
from wasmnb.contents.preconditions import expected
from wasmnb.contents.reader import File
from wasmnb.server.auth.keys import ONLY
from wasmnb.server.cache import LARGEST, Kept
from wasmnb.server.file_response import OpenFileResponse, ReadFileResponse
from wasmnb.server.requests import flag, form_in, json_object, path_of, text_field
from wasmnb.server.responses import (
    Encoded,
    encoded,
    json_answer,
    model_answer,
    nothing,
    unless_unchanged,
)

Handler = Callable[[Request, bytes], Response]
TURNS = 64  # notebooks that are read at once; two that happen to share a turn go one by one
KeptContent = tuple[Encoded, Format | None, str | None]


class ContentsApi:
    """The handlers of /api/contents and /files, for one folder."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self._kept = Kept[KeptContent]()
        self._kept_files = Kept[bytes]()
        self._turns = tuple(Lock() for _ in range(TURNS))

    def _of(self, request: Request) -> Contents:
        """What there is for whoever asks; the guard has seen which key they have."""
        folder = request.scope.get(ONLY)
        return self.contents if folder is None else self.contents.only(folder)

    def get(self, request: Request, _: bytes) -> Response:
        """What is at a path; of several who ask for a notebook, all but the first find it kept."""
        path = path_of(request)
        if not path.endswith(".ipynb"):
            return self._read(request)
        with self._turns[hash(path) % TURNS]:
            return self.glance(request, b"") or self._read(request)

    def _read(self, request: Request) -> Response:
        contents, asked = self._of(request), asked_in(request)
        key = asked.form, contents.trust_now()
        model = contents.get(
            asked.path,
            kind=asked.kind,
            form=asked.form,
            content=asked.content,
            hashed=asked.hashed,
        )
        if asked.content:
            content = Encoded(encoded(model["content"]))
            model["content"] = content
            if model["hash"]:
                kept = content, model["format"], model.get("message")
                self._kept.keep((model["hash"], model["type"], *key), kept, len(content))
        return unless_unchanged(model_answer(model, located=False), request)

    def glance(self, request: Request, _: bytes) -> Response | None:
        """What `get` answers, if a look at the disk is enough as content is kept or not wanted."""
        contents, asked = self._of(request), asked_in(request)
        model = contents.glance(asked.path, asked.kind)
        if model is None:
            return None
        if asked.content:
            key = model["hash"], model["type"], asked.form, contents.trust_now()
            kept = self._kept.get(key)
            if kept is None:
                return None
            content, form, message = kept
            add_content(model, content, form)
            if message:
                model["message"] = message
        return unless_unchanged(model_answer(model, located=False), request)

    def post(self, request: Request, body: bytes) -> Response:
        """The server picks the name: a new untitled file, or a copy of one."""
        wanted = json_object(body)
        if source := text_field(wanted, "copy_from"):
            return model_answer(self._of(request).copy(source, path_of(request)), 201)
        kind, ext = text_field(wanted, "type"), text_field(wanted, "ext")
        return model_answer(self._of(request).new_untitled(path_of(request), kind, ext), 201)

    def put(self, request: Request, body: bytes) -> Response:
        wanted = expected(request.headers)
        model, is_new = self._of(request).save(path_of(request), json_object(body), wanted)
        return model_answer(model, 201 if is_new else 200)

    def patch(self, request: Request, body: bytes) -> Response:
        new_path = text_field(json_object(body), "path")
        if not new_path:
            raise Invalid("Nothing was renamed: the request's body lacks the new `path`.")
        wanted = expected(request.headers)
        return model_answer(self._of(request).rename(path_of(request), new_path, wanted))

    def delete(self, request: Request, _: bytes) -> Response:
        self._of(request).delete(path_of(request), expected(request.headers))
        return nothing()

    def of_file(self, handler: Handler, otherwise: Handler) -> Handler:
        """A handler of /api/contents/FILE/checkpoints and the like.

        Below a folder that is the address of what is called `checkpoints` in it.
        """

        def answer(request: Request, body: bytes) -> Response:
            if not self._of(request).is_folder(path_of(request)):
                return handler(request, body)
            request.path_params["path"] = request.scope["path"].removeprefix("/api/contents/")
            return otherwise(request, body)

        return answer

    def checkpoints(self, request: Request, _: bytes) -> Response:
        return json_answer(self._of(request).checkpoints(path_of(request)))

    def create_checkpoint(self, request: Request, _: bytes) -> Response:
        path = path_of(request)
        checkpoint = self._of(request).create_checkpoint(path)
        location = f"/api/contents/{quote(path)}/checkpoints/{checkpoint['id']}"
        return json_answer(checkpoint, 201, {"Location": location})

    def restore_checkpoint(self, request: Request, _: bytes) -> Response:
        self._of(request).restore_checkpoint(path_of(request), request.path_params["checkpoint"])
        return nothing()

    def delete_checkpoint(self, request: Request, _: bytes) -> Response:
        self._of(request).delete_checkpoint(path_of(request), request.path_params["checkpoint"])
        return nothing()

    def trust(self, request: Request, _: bytes) -> Response:
        self._of(request).trust(path_of(request))
        return Response(status_code=201)

    def health(self, _request: Request, _: bytes) -> Response:
        """For who sends readers on to servers that can answer."""
        is_well = self.contents.is_folder("")
        return json_answer({"status": "ok" if is_well else "lost"}, 200 if is_well else 503)

    def file(self, request: Request, _: bytes) -> Response:
        """The bytes of a file, or the range of them that is asked for."""
        refuse_service_worker(request)
        file, stream = self._of(request).open(path_of(request))
        if file.info.st_size <= LARGEST and "range" not in request.headers:
            with stream:
                data = stream.read()
            self._kept_files.keep(sha256(data).hexdigest(), data, len(data))
            return unless_unchanged(ReadFileResponse(file, saved_as(file, request), data), request)
        answer = OpenFileResponse(file, saved_as(file, request), stream)
        found = unless_unchanged(answer, request)
        if found is not answer:
            stream.close()
        return found

    def glance_at_file(self, request: Request, _: bytes) -> Response | None:
        """What `file` answers, if a look at the disk is enough: its bytes are kept."""
        refuse_service_worker(request)
        file = self._of(request).glance_at_file(path_of(request))
        data = self._kept_files.get(file.hash) if file else None
        if file is None or data is None or "range" in request.headers:
            return None
        return unless_unchanged(ReadFileResponse(file, saved_as(file, request), data), request)


@dataclass(frozen=True)
class Asked:
    """What is to be read, and how."""

    path: str
    kind: Kind | None
    form: str | None
    content: bool
    hashed: bool


def asked_in(request: Request) -> Asked:
    query = request.query_params
    return Asked(
        path_of(request),
        as_kind(query.get("type")),
        form_in(query),
        flag(query, "content", True),
        flag(query, "hash", False),
    )


def refuse_service_worker(request: Request) -> None:
    if request.headers.get("service-worker"):
        raise Forbidden("Refused: a file here may not answer for the server.")


def saved_as(file: File, request: Request) -> str | None:
    """What a browser is to call it that is to save it and not to show it."""
    query = request.scope["query_string"] and request.query_params
    return file.name if query and query.get("download") else None

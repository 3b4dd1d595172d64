"""The contents REST API: what each request of Jupyter's clients does to the folder.

https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles

from wasmnb.answers import json_answer, model_answer, nothing, tagged
from wasmnb.contents import Contents
from wasmnb.drafts import as_kind
from wasmnb.expected import ANY, all_tags, expected
from wasmnb.keys import ONLY
from wasmnb.openfile import OpenFileResponse
from wasmnb.problems import Forbidden, Invalid
from wasmnb.static import content_type

Handler = Callable[[Request, bytes], Response]

# Scripts in a stored page run in an origin of their own, where the reader's cookie is of no use.
SANDBOX = "frame-ancestors 'self'; sandbox allow-scripts"


class ContentsApi:
    """The handlers of /api/contents and /files, for one folder."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def _of(self, request: Request) -> Contents:
        """What there is for whoever asks; the guard has seen which key they have."""
        folder = request.scope.get(ONLY)
        return self._contents if folder is None else self._contents.only(folder)

    def get(self, request: Request, _: bytes) -> Response:
        query = request.query_params
        model = self._of(request).get(
            path_of(request),
            kind=as_kind(query.get("type")),
            form=form_in(query),
            content=flag(query, "content", True),
            hashed=flag(query, "hash", False),
        )
        answer = model_answer(model, located=False)
        return NotModifiedResponse(answer.headers) if is_unchanged(answer, request) else answer

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
        is_well = self._contents.is_folder("")
        return json_answer({"status": "ok" if is_well else "lost"}, 200 if is_well else 503)

    def file(self, request: Request, _: bytes) -> Response:
        """The bytes of a file, or the range of them that is asked for."""
        if request.headers.get("service-worker"):
            raise Forbidden("Refused: a file here may not answer for the server.")
        file = self._of(request).open(path_of(request))
        answer = OpenFileResponse(
            file,
            headers={
                "Content-Type": file_type(file.name),
                "Content-Security-Policy": SANDBOX,
                "Cache-Control": "no-cache",
                **({"ETag": tagged(file.hash)} if file.hash else {}),
            },
            filename=file.name if request.query_params.get("download") else None,
        )
        if is_unchanged(answer, request):
            file.stream.close()
            return NotModifiedResponse(answer.headers)
        return answer


def is_unchanged(answer: Response, request: Request) -> bool:
    """Whether a client has this content already."""
    tags = all_tags(request.headers.get("if-none-match"))
    if tags is None:
        return StaticFiles(directory=None).is_not_modified(answer.headers, request.headers)
    return ANY in tags or answer.headers.get("ETag", "").strip('"') in tags


def file_type(name: str) -> str:
    return "application/x-ipynb+json" if name.endswith(".ipynb") else content_type(name)


def path_of(request: Request) -> str:
    path: str = request.path_params.get("path", "")
    return path


def flag(query: Mapping[str, str], name: str, default: bool) -> bool:
    """A query parameter that is 0 or 1."""
    given = query.get(name, str(int(default)))
    if given not in ("0", "1"):
        raise Invalid(f"`{name}` is {given!r}; it must be 0 or 1.")
    return given == "1"


def form_in(query: Mapping[str, str]) -> str | None:
    """The format that a file is wanted in."""
    form = query.get("format")
    if form not in (None, "text", "base64"):
        raise Invalid(f"`format` is {form!r}; it must be text or base64.")
    return form


def json_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object that a request's body is; an empty body is an empty one."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The request's body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise Invalid("The request's body is JSON, but not an object.")
    return value


def text_field(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise Invalid(f"`{name}` is {value!r:.40}, a text was wanted.")
    return value

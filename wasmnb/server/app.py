"""The ASGI application of one folder: its middleware and the table of its routes."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from wasmnb.contents.errors import Problem
from wasmnb.contents.manager import Contents
from wasmnb.gateway.upstream import Upstream
from wasmnb.limits import Limits
from wasmnb.pages.app_page import Page, Served
from wasmnb.server.auth.auth import Auth
from wasmnb.server.auth.login import Doors
from wasmnb.server.auth.middleware import Guard
from wasmnb.server.config import Config
from wasmnb.server.fast_path import Glance, Glances
from wasmnb.server.handlers import openapi, status
from wasmnb.server.handlers.contents import ContentsApi, Handler
from wasmnb.server.handlers.pages import Views
from wasmnb.server.handlers.static import Assets
from wasmnb.server.handlers.status import Activity
from wasmnb.server.headers import SecureHeaders
from wasmnb.server.requests import body
from wasmnb.server.responses import on_error, on_http_exception, on_problem

if TYPE_CHECKING:
    from wasmnb.gateway.proxy import Gateway

CHANNELS = "/api/kernels/{kernel}/channels"

Table = dict[str, Mapping[str, Handler]]


def application(config: Config) -> ASGIApp:
    """The server for one folder, as an ASGI application."""
    resources = ExitStack()
    contents, auth = resources.enter_context(closing(contents_of(config))), Auth(config)
    gateway = (
        resources.enter_context(closing(gateway_to(config.upstream))) if config.upstream else None
    )
    api, activity = ContentsApi(contents), Activity()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with resources:
            yield

    app = Starlette(
        routes=routes(config, api, activity, auth, gateway),
        middleware=[Middleware(Glances, glances(api, activity), activity.note)],
        exception_handlers={Problem: on_problem, HTTPException: on_http_exception, 500: on_error},
        lifespan=lifespan,
    )
    return SecureHeaders(Guard(app, auth, config.limits))


def contents_of(config: Config) -> Contents:
    return Contents(
        config.folder,
        follows_links=config.follow_symlinks,
        to_trash=config.trash,
        confined=config.is_confined,
        limits=config.limits,
    )


def routes(
    config: Config,
    api: ContentsApi,
    activity: Activity,
    auth: Auth,
    gateway: "Gateway | None" = None,
) -> list[BaseRoute]:
    table = {
        **api_routes(api, activity),
        **(gateway_routes(gateway) if gateway else {}),
        **page_routes(Views(page_of(config), api.contents, auth)),
        "/login": {"GET": (doors := Doors(auth, config.kernel_files)).show, "POST": doors.log_in},
        "/logout": {"GET": doors.log_out},
        "/key": {"GET": doors.key_for_page},
        "/api/keys": {"POST": doors.key},
    }

    def route(path: str, handlers: Mapping[str, Handler]) -> Route:
        answer = Endpoint(path, handlers, activity.note, config.limits)
        return Route(path, answer, methods=list(handlers))

    return [
        *(route(path, handlers) for path, handlers in table.items()),
        *([WebSocketRoute(CHANNELS, gateway.channels)] if gateway else []),
        Mount("/static", Assets(config.assets / "static")),
        Mount("/pyodide", Assets(config.assets / "pyodide")),
    ]


def api_routes(api: ContentsApi, activity: Activity) -> Table:
    """Which function answers what a program asks; `openapi` describes the same."""
    of_file = api.of_file
    return {
        "/files/{path:path}": {"GET": api.file},
        "/api/contents/{path:path}/checkpoints/{checkpoint}": {
            "POST": of_file(api.restore_checkpoint, api.post),
            "DELETE": of_file(api.delete_checkpoint, api.delete),
        },
        "/api/contents/{path:path}/checkpoints": {
            "GET": of_file(api.checkpoints, api.get),
            "POST": of_file(api.create_checkpoint, api.post),
        },
        "/api/contents/{path:path}/trust": {"POST": of_file(api.trust, api.post)},
        "/api/contents": {"GET": api.get, "POST": api.post},
        "/api/contents/{path:path}": {
            "GET": api.get,
            "POST": api.post,
            "PUT": api.put,
            "PATCH": api.patch,
            "DELETE": api.delete,
        },
        "/api": {"GET": status.version},
        "/api/": {"GET": status.version},
        "/api/me": {"GET": status.me},
        "/api/health": {"GET": api.health},
        "/api/status": {"GET": activity.status},
        "/api/spec.json": {"GET": openapi.as_json},
        "/api/spec.yaml": {"GET": openapi.as_yaml},
    }


def glances(api: ContentsApi, activity: Activity) -> Mapping[str, Glance]:
    """What is read so quickly that it need not wait for a thread."""
    return {
        "/api": status.version,
        "/api/health": api.health,
        "/api/status": activity.status,
        "/api/contents": api.glance,
        "/api/contents/{path:path}": api.glance,
        "/files/{path:path}": api.glance_at_file,
    }


def gateway_to(upstream: Upstream) -> "Gateway":
    from wasmnb.gateway.proxy import Gateway  # noqa: PLC0415  its imports need the extra `compare`

    return Gateway(upstream)


def gateway_routes(gateway: "Gateway") -> Table:
    """The requests that are forwarded to the upstream Jupyter Server."""
    collection = dict.fromkeys(("GET", "POST"), gateway.forward)
    member = dict.fromkeys(("GET", "PATCH", "DELETE"), gateway.forward)
    return {
        "/api/kernelspecs": {"GET": gateway.kernelspecs},
        "/kernelspecs/{path:path}": {"GET": gateway.forward},
        "/api/kernels": collection,
        "/api/kernels/{kernel}": member,
        "/api/kernels/{kernel}/interrupt": {"POST": gateway.forward},
        "/api/kernels/{kernel}/restart": {"POST": gateway.forward},
        "/api/sessions": collection,
        "/api/sessions/{session}": member,
    }


def page_routes(views: Views) -> Table:
    """Which page a person's address opens, as in JupyterLab and Notebook 7."""
    return {
        "/": {"GET": views.home},
        "/lab": {"GET": views.lab},
        "/lab/tree/{path:path}": {"GET": views.lab},
        "/lab/workspaces/{workspace}": {"GET": views.lab},
        "/lab/workspaces/{workspace}/tree/{path:path}": {"GET": views.lab},
        "/tree": {"GET": views.tree},
        "/tree/{path:path}": {"GET": views.tree},
        "/notebooks/{path:path}": {"GET": views.notebook},
        "/edit/{path:path}": {"GET": views.edit},
        "/consoles/{path:path}": {"GET": views.console},
    }


@dataclass
class Endpoint:
    """What answers the requests of one address.

    Handlers run in threads: they wait for the disk, the loop does not.
    """

    path: str
    handlers: Mapping[str, Handler]
    note: Callable[[str], None]  # that there was one
    limits: Limits

    def __post_init__(self) -> None:
        self._saves = CapacityLimiter(self.limits.saves)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self.note(self.path)
        method = "GET" if request.method == "HEAD" else request.method
        try:
            sent = await body(request, most(self.path, request.method, self.limits), self.limits)
        except ClientDisconnect:
            return Response(status_code=400)  # to nobody
        turns = self._saves if method == "PUT" else None
        return await run_sync(self.handlers[method], request, sent, limiter=turns)


def most(path: str, method: str, limits: Limits) -> int:
    """How large a request may be."""
    if path == "/login":
        return limits.form
    return limits.content if method == "PUT" else limits.body


def page_of(config: Config) -> Page:
    name = config.upstream.name if config.upstream else None
    served = Served(config.trash, config.is_confined, name)
    return Page(config.folder, config.assets, config.index, served=served)

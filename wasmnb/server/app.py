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
from wasmnb.pages.app_page import AppPage, ServerContext
from wasmnb.server.auth.auth import Auth
from wasmnb.server.auth.login import LoginHandlers
from wasmnb.server.auth.middleware import AuthMiddleware
from wasmnb.server.config import Config
from wasmnb.server.fast_path import FastPath, Lookup
from wasmnb.server.handlers import openapi, status
from wasmnb.server.handlers.contents import ContentsApi, Handler
from wasmnb.server.handlers.pages import PageHandlers
from wasmnb.server.handlers.static import StaticAssets
from wasmnb.server.handlers.status import Activity
from wasmnb.server.headers import SecurityHeaders
from wasmnb.server.requests import read_body
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
        middleware=[Middleware(FastPath, fast_routes(api, activity), activity.record)],
        exception_handlers={Problem: on_problem, HTTPException: on_http_exception, 500: on_error},
        lifespan=lifespan,
    )
    return SecurityHeaders(AuthMiddleware(app, auth, config.limits))


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
    login = LoginHandlers(auth, config.kernel_files)
    table = {
        **api_routes(api, activity),
        **(gateway_routes(gateway) if gateway else {}),
        **page_routes(PageHandlers(page_of(config), api.contents, auth)),
        "/login": {"GET": login.form, "POST": login.log_in},
        "/logout": {"GET": login.log_out},
        "/key": {"GET": login.renewed_page_key},
        "/api/keys": {"POST": login.folder_key},
    }

    def route(path: str, handlers: Mapping[str, Handler]) -> Route:
        endpoint = Endpoint(path, handlers, activity.record, config.limits)
        return Route(path, endpoint, methods=list(handlers))

    return [
        *(route(path, handlers) for path, handlers in table.items()),
        *([WebSocketRoute(CHANNELS, gateway.channels)] if gateway else []),
        Mount("/static", StaticAssets(config.assets / "static")),
        Mount("/pyodide", StaticAssets(config.assets / "pyodide")),
    ]


def api_routes(api: ContentsApi, activity: Activity) -> Table:
    """The REST API; `openapi` describes the same."""
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


def fast_routes(api: ContentsApi, activity: Activity) -> Mapping[str, Lookup]:
    """The routes that need no thread, as they read no file."""
    return {
        "/api": status.version,
        "/api/health": api.health,
        "/api/status": activity.status,
        "/api/contents": api.get_cached,
        "/api/contents/{path:path}": api.get_cached,
        "/files/{path:path}": api.file_cached,
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


def page_routes(views: PageHandlers) -> Table:
    """The pages for people, at the URLs of JupyterLab and Notebook 7."""
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
    """The ASGI endpoint of one route: reads the body and runs the method's handler in a thread.

    Handlers wait for the disk; the event loop does not.
    """

    path: str
    handlers: Mapping[str, Handler]
    record_activity: Callable[[str], None]
    limits: Limits

    def __post_init__(self) -> None:
        self._save_limiter = CapacityLimiter(self.limits.saves)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        await (await self._respond(request))(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        self.record_activity(self.path)
        method = "GET" if request.method == "HEAD" else request.method
        try:
            size = body_limit(self.path, request.method, self.limits)
            body = await read_body(request, size, self.limits)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody receives it
        limiter = self._save_limiter if method == "PUT" else None
        return await run_sync(self.handlers[method], request, body, limiter=limiter)


def body_limit(path: str, method: str, limits: Limits) -> int:
    """The size limit of a request's body, in bytes."""
    if path == "/login":
        return limits.form
    return limits.content if method == "PUT" else limits.body


def page_of(config: Config) -> AppPage:
    name = config.upstream.name if config.upstream else None
    server = ServerContext(config.trash, config.is_confined, name)
    return AppPage(config.folder, config.assets, config.index, server=server)

"""Authentication middleware: checks the Host, Origin, token, session and key of every request.

In this order; the first that decides ends the checks:

1. The URL must not be too long and must be UTF-8; Host must name this server (DNS rebinding).
2. The token, in the Authorization header or in the query, opens everything. In the query of a page
   it also logs the browser in, and is redirected away, out of the address bar.
3. A request that changes something and comes from a page of another site is refused (CSRF).
4. Assets, the version and the log-in page are public.
5. Everything else needs a session cookie, and a key (wasmnb.server.auth.keys) unless the response
   is only displayed to a person. A folder's key opens only that folder's contents and files.
"""

from urllib.parse import urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from wasmnb.contents.errors import TooMany
from wasmnb.limits import Limits
from wasmnb.pages import html
from wasmnb.server.auth.auth import SAFE_METHODS, Auth, is_same_origin, local_url, token_in
from wasmnb.server.auth.keys import HEADER, KEY_FOLDER, is_displayed
from wasmnb.server.requests import client_address, is_utf8, quoted_path
from wasmnb.server.responses import PLAIN_HEADERS, error_response, on_problem

# No secrets: the program itself, its version, and the log-in.
PUBLIC = ("/api", "/api/", "/api/health", "/login", "/logout", "/favicon.ico")
PUBLIC_FOLDERS = ("/static/", "/pyodide/")

# A header of refusals that a log-in resolves; its value names what is missing. The page reads it.
LOG_IN = "X-Wasmnb-Log-In"

API_PREFIXES = ("/api/", "/files/")
FOLDER_KEY_PREFIXES = ("/api/contents/", "/files/")


class AuthMiddleware:
    """Passes authorised requests on to the app, and refuses the others."""

    def __init__(self, app: ASGIApp, auth: Auth, limits: Limits) -> None:
        self._app = app
        self._auth = auth
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await self._connect(scope, receive, send)
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        try:
            response = self._check(request)
        except TooMany as problem:
            response = on_problem(request, problem)
        return await (response or self._app)(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket needs what a request needs that changes something; else it is closed."""
        socket = WebSocket(scope, receive, send)
        if not self._invalid_address(socket) and self._may_connect(socket):
            return await self._app(scope, receive, send)
        return await socket.close()

    def _may_connect(self, socket: WebSocket) -> bool:
        """Whether it has the token, or comes from our page, which sends its key in the query."""
        if self._auth.is_token(token_in(socket.headers)):
            return True
        is_logged_in = self._auth.is_off or self._auth.has_session(socket.headers)
        key, session = socket.query_params.get("key", ""), self._auth.session(socket.headers)
        has_key = self._auth.keys.opens_everything(key, session)
        return is_logged_in and has_key and is_same_origin(socket.headers)

    def _check(self, request: Request) -> Response | None:
        """The error response or redirect; None if the request is authorised."""
        path = request.scope["path"]
        if len(quoted_path(request)) + len(request.scope["query_string"]) > self._limits.address:
            return error_response(path, 414, "Refused: the URL is too long.")
        if message := self._invalid_address(request):
            return error_response(path, 403, message)
        if self._has_token(token_in(request.headers), request):
            return None
        if self._has_token(request.query_params.get("token", ""), request):
            return self._log_in(request)
        if request.method not in SAFE_METHODS and not is_same_origin(request.headers):
            message = "Refused: the request comes from a page of another site."
            return error_response(path, 403, message)
        return None if is_public(path) else self._check_session(request)

    def _check_session(self, request: Request) -> Response | None:
        is_logged_in = self._auth.is_off or self._auth.has_session(request.headers)
        return self._check_key(request) if is_logged_in else self._require_login(request)

    def _check_key(self, request: Request) -> Response | None:
        """The cookie authenticates the reader; the key authorises a script's request."""
        path, key = request.scope["path"], request.headers.get(HEADER, "")
        session = self._auth.session(request.headers)
        if self._auth.keys.opens_everything(key, session):
            return None
        folder = self._auth.keys.folder_of(key, session)
        if folder is not None and path.startswith(FOLDER_KEY_PREFIXES):
            request.scope[KEY_FOLDER] = folder
            return None
        if not key and self._is_displayed(request):
            return None
        message = "Refused: this page's key is missing or has expired; reload the page."
        response = error_response(path, 403, message)
        response.headers[LOG_IN] = "key"
        return response

    def _is_displayed(self, request: Request) -> bool:
        """Whether a request without a key comes from a person, not from a script."""
        if not is_displayed(request.headers):
            return False
        return request.method in SAFE_METHODS or self._auth.is_off

    def _has_token(self, token: str, request: Request) -> bool:
        if not token or self._auth.is_off:
            return False
        return self._auth.try_token(token, client_address(request))

    def _invalid_address(self, request: HTTPConnection) -> str | None:
        """The reason to refuse a request's Host or URL, if there is one."""
        host = request.headers.get("host", "")
        if not self._auth.is_host(host):
            return f"Refused: {host!r} is not a name of this server; use localhost."
        if not is_utf8(request.scope.get("raw_path", b"")):
            return "Refused: the URL is not encoded in UTF-8."
        return None

    def _log_in(self, request: Request) -> Response | None:
        """Redirect a page to its URL without the token, with a session; others need none."""
        path = request.scope["path"]
        if request.method != "GET" or path.startswith(API_PREFIXES) or is_public(path):
            return None
        rest = [item for item in request.query_params.multi_items() if item[0] != "token"]
        query = f"?{urlencode(rest)}" if rest else ""
        response = redirect(request, local_url(quoted_path(request) + query))
        set_session(request, response, self._auth)
        return response

    def _require_login(self, request: Request) -> Response:
        """403 for programs; people are redirected to the log-in page."""
        path = request.scope["path"]
        if path.startswith("/api/") or request.method not in SAFE_METHODS:
            message = "Forbidden: log in, or send the server's token."
            response = error_response(path, 403, message)
            response.headers[LOG_IN] = "token"
            return response
        query = request.scope["query_string"].decode("latin-1")
        here = quoted_path(request) + (f"?{query}" if query else "")
        if is_cross_site(request):
            return redirect(request, local_url(here))
        return RedirectResponse(f"/login?{urlencode({'next': local_url(here)})}", 302)


def redirect(request: Request, url: str) -> Response:
    if is_cross_site(request):
        return HTMLResponse(html.client_redirect(url), headers=PLAIN_HEADERS)
    return RedirectResponse(url, 302)


def is_cross_site(request: Request) -> bool:
    """Whether the reader followed a link on another site; browsers then send no cookie of ours."""
    return request.headers.get("sec-fetch-site") in ("cross-site", "same-site")


def is_public(path: str) -> bool:
    return path in PUBLIC or path.startswith(PUBLIC_FOLDERS)


def set_session(request: Request, response: Response, auth: Auth) -> None:
    """Log a browser in. An existing session stays, as the keys of other tabs depend on it."""
    if auth.has_session(request.headers):
        return
    response.set_cookie(
        auth.cookie,
        auth.new_session(),
        path="/",
        secure=auth.is_encrypted,
        httponly=True,
        samesite="strict",
    )

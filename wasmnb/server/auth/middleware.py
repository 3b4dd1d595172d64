"""The doors that every request passes: the host it names, who sent it, from which page."""

from urllib.parse import urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from wasmnb.contents.errors import TooMany
from wasmnb.limits import Limits
from wasmnb.pages import html
from wasmnb.server.auth.auth import SAFE_METHODS, Auth, is_same_origin, local_url, token_in
from wasmnb.server.auth.keys import HEADER, ONLY, is_shown
from wasmnb.server.requests import address_of, is_utf8, quoted_path
from wasmnb.server.responses import PLAIN, on_problem, refusal

# What is no secret: the program itself, its version, and the way in.
PUBLIC = ("/api", "/api/", "/api/health", "/login", "/logout", "/favicon.ico")
PUBLIC_FOLDERS = ("/static/", "/pyodide/")

# In a refusal that a log-in turns into an answer; says what is lacking. The page looks for it.
LOG_IN = "X-Wasmnb-Log-In"

FOR_PROGRAMS = ("/api/", "/files/")
FOR_KERNELS = ("/api/contents/", "/files/")


class Guard:
    """Lets requests through to the app, or answers them itself."""

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
            answer = self._refuse(request)
        except TooMany as problem:
            answer = on_problem(request, problem)
        return await (answer or self._app)(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket is let in like a request that changes something; a refused one is closed."""
        socket = WebSocket(scope, receive, send)
        if not self._misaddressed(socket) and self._may_connect(socket):
            return await self._app(scope, receive, send)
        return await socket.close()

    def _may_connect(self, socket: WebSocket) -> bool:
        """Whether it has the token, or comes from our page, which shows its key in the query."""
        if self._auth.is_token(token_in(socket.headers)):
            return True
        is_known = self._auth.is_off or self._auth.has_session(socket.headers)
        key, session = socket.query_params.get("key", ""), self._auth.session(socket.headers)
        has_key = self._auth.keys.opens_everything(key, session)
        return is_known and has_key and is_same_origin(socket.headers)

    def _refuse(self, request: Request) -> Response | None:
        """What a request is answered at the door; None if it may pass."""
        path = request.scope["path"]
        if len(quoted_path(request)) + len(request.scope["query_string"]) > self._limits.address:
            return refusal(path, 414, "Refused: the address is longer than any file's can be.")
        if sentence := self._misaddressed(request):
            return refusal(path, 403, sentence)
        if self._has(token_in(request.headers), request):
            return None
        if self._has(request.query_params.get("token", ""), request):
            return self._log_in(request)
        if request.method not in SAFE_METHODS and not is_same_origin(request.headers):
            return refusal(path, 403, "Refused: the request comes from a page of another site.")
        return None if is_public(path) else self._look_at_cookie(request)

    def _look_at_cookie(self, request: Request) -> Response | None:
        is_known = self._auth.is_off or self._auth.has_session(request.headers)
        return self._look_at_key(request) if is_known else self._ask_for_token(request)

    def _look_at_key(self, request: Request) -> Response | None:
        """Someone is known by the cookie; what for is told by the key, where a script asks."""
        path, key = request.scope["path"], request.headers.get(HEADER, "")
        session = self._auth.session(request.headers)
        if self._auth.keys.opens_everything(key, session):
            return None
        folder = self._auth.keys.folder_of(key, session)
        if folder is not None and path.startswith(FOR_KERNELS):
            request.scope[ONLY] = folder
            return None
        if not key and self._is_shown(request):
            return None
        answer = refusal(path, 403, "Refused: only the page has the key to this; load it again.")
        answer.headers[LOG_IN] = "key"
        return answer

    def _is_shown(self, request: Request) -> bool:
        """Whether there is a person behind a request without a key."""
        if not is_shown(request.headers):
            return False
        return request.method in SAFE_METHODS or self._auth.is_off

    def _has(self, token: str, request: Request) -> bool:
        if not token or self._auth.is_off:
            return False
        return self._auth.try_token(token, address_of(request))

    def _misaddressed(self, request: HTTPConnection) -> str | None:
        host = request.headers.get("host", "")
        if not self._auth.is_host(host):
            return f"Refused: {host!r} is no name of this server; use localhost."
        if not is_utf8(request.scope.get("raw_path", b"")):
            return "Refused: the address is not written in UTF-8."
        return None

    def _log_in(self, request: Request) -> Response | None:
        """A page opened with the token goes on without it; others just pass."""
        path = request.scope["path"]
        if request.method != "GET" or path.startswith(FOR_PROGRAMS) or is_public(path):
            return None
        rest = [item for item in request.query_params.multi_items() if item[0] != "token"]
        query = f"?{urlencode(rest)}" if rest else ""
        answer = onward(request, local_url(quoted_path(request) + query))
        set_session(request, answer, self._auth)
        return answer

    def _ask_for_token(self, request: Request) -> Response:
        path = request.scope["path"]
        if path.startswith("/api/") or request.method not in SAFE_METHODS:
            answer = refusal(path, 403, "Forbidden: log in, or send the server's token.")
            answer.headers[LOG_IN] = "token"
            return answer
        query = request.scope["query_string"].decode("latin-1")
        here = quoted_path(request) + (f"?{query}" if query else "")
        if is_from_elsewhere(request):
            return onward(request, local_url(here))
        return RedirectResponse(f"/login?{urlencode({'next': local_url(here)})}", 302)


def onward(request: Request, url: str) -> Response:
    if is_from_elsewhere(request):
        return HTMLResponse(html.onward(url), headers=PLAIN)
    return RedirectResponse(url, 302)


def is_from_elsewhere(request: Request) -> bool:
    """Whether a reader followed a link on another site, to which our cookie is not shown."""
    return request.headers.get("sec-fetch-site") in ("cross-site", "same-site")


def is_public(path: str) -> bool:
    return path in PUBLIC or path.startswith(PUBLIC_FOLDERS)


def set_session(request: Request, answer: Response, auth: Auth) -> None:
    """Log a browser in; one that is in already keeps its cookie, and its other tabs their keys."""
    if auth.has_session(request.headers):
        return
    answer.set_cookie(
        auth.cookie,
        auth.new_session(),
        path="/",
        secure=auth.is_encrypted,
        httponly=True,
        samesite="strict",
    )

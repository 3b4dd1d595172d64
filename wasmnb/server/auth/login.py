"""The handlers of log-in, log-out and of keys for those who are logged in."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wasmnb.contents.errors import Forbidden
from wasmnb.contents.paths import normalize
from wasmnb.pages import html
from wasmnb.server.auth.auth import Auth, local_url
from wasmnb.server.auth.keys import is_displayed
from wasmnb.server.auth.middleware import set_session
from wasmnb.server.config import Reach
from wasmnb.server.requests import client_address, json_object, text_field
from wasmnb.server.responses import PLAIN_HEADERS, json_response


class LoginHandlers:
    """The handlers of /login, /logout, /key and /api/keys."""

    def __init__(self, auth: Auth, reach: Reach) -> None:
        self._auth = auth
        self._reach = reach

    def form(self, request: Request, _: bytes) -> Response:
        """The log-in page; those who are logged in are redirected."""
        if self._auth.is_off or self._auth.has_session(request.headers):
            return RedirectResponse(target(request), 302)
        return HTMLResponse(html.login("", target(request)), headers=PLAIN_HEADERS)

    def log_in(self, request: Request, body: bytes) -> Response:
        token = parse_qs(body.decode(errors="replace")).get("token", [""])[0]
        if not self._auth.is_off and not self._auth.try_token(token, client_address(request)):
            message = "That is not this server's token. It is in the URL that the server printed."
            return HTMLResponse(html.login(message, target(request)), 401, PLAIN_HEADERS)
        response = RedirectResponse(target(request), 303)
        set_session(request, response, self._auth)
        return response

    def log_out(self, request: Request, _: bytes) -> Response:
        if not is_displayed(request.headers):
            raise Forbidden("Refused: only a person can log out, not a script.")
        self._auth.end_session(request.headers)
        response = RedirectResponse("/login", 302)
        response.delete_cookie(self._auth.cookie, path="/", httponly=True, samesite="strict")
        return response

    def renewed_page_key(self, request: Request, _: bytes) -> Response:
        """Re-authentication pop-up: its document hands a new key to the page that opened it."""
        key = self._auth.page_key(request.headers)
        return HTMLResponse(html.key_handover(key), headers=PLAIN_HEADERS)

    def folder_key(self, request: Request, body: bytes) -> Response:
        """A key for the files of a kernel's folder, and the folder that the key opens."""
        folder = normalize(text_field(json_object(body), "path")) if self._reach == "folder" else ""
        return json_response(
            {"key": self._auth.folder_key(folder, request.headers), "path": folder}
        )


def target(request: Request) -> str:
    """The page to open after the log-in: the one that was redirected to it."""
    return local_url(request.query_params.get("next", "/lab"))

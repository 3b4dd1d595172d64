"""Logging in and out, and the keys that those who are in give to notebooks' code."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wasmnb.contents.errors import Forbidden
from wasmnb.contents.paths import tidy
from wasmnb.pages import html
from wasmnb.server.auth.auth import Auth, local_url
from wasmnb.server.auth.keys import is_shown
from wasmnb.server.auth.middleware import set_session
from wasmnb.server.config import Reach
from wasmnb.server.requests import address_of, json_object, text_field
from wasmnb.server.responses import PLAIN, json_answer


class Doors:
    """The handlers of /login, /logout, /key and /api/keys."""

    def __init__(self, auth: Auth, reach: Reach) -> None:
        self._auth = auth
        self._reach = reach

    def show(self, request: Request, _: bytes) -> Response:
        """The log-in page, for who is not in yet."""
        if self._auth.is_off or self._auth.has_session(request.headers):
            return RedirectResponse(goal(request), 302)
        return HTMLResponse(html.login("", goal(request)), headers=PLAIN)

    def log_in(self, request: Request, body: bytes) -> Response:
        token = parse_qs(body.decode(errors="replace")).get("token", [""])[0]
        if not self._auth.is_off and not self._auth.try_token(token, address_of(request)):
            sentence = "That is not this server's token; compare it with the printed URL."
            return HTMLResponse(html.login(sentence, goal(request)), 401, PLAIN)
        answer = RedirectResponse(goal(request), 303)
        set_session(request, answer, self._auth)
        return answer

    def log_out(self, request: Request, _: bytes) -> Response:
        if not is_shown(request.headers):
            raise Forbidden("Refused: it is for people to log out, not for a script.")
        self._auth.end_session(request.headers)
        answer = RedirectResponse("/login", 302)
        answer.delete_cookie(self._auth.cookie, path="/", httponly=True, samesite="strict")
        return answer

    def key_for_page(self, request: Request, _: bytes) -> Response:
        """Shows a page that has lost its key, and has opened this document, another one."""
        key = self._auth.page_key(request.headers)
        return HTMLResponse(html.handed_over(key), headers=PLAIN)

    def key(self, request: Request, body: bytes) -> Response:
        """What lets a kernel that works in a folder reach its files, and which those are."""
        folder = tidy(text_field(json_object(body), "path")) if self._reach == "folder" else ""
        return json_answer({"key": self._auth.folder_key(folder, request.headers), "path": folder})


def goal(request: Request) -> str:
    """Where a reader wanted to go before being asked to log in."""
    return local_url(request.query_params.get("next", "/lab"))

"""Logging in and out."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wasmnb import documents
from wasmnb.answers import PLAIN
from wasmnb.auth import Auth, local_url
from wasmnb.guard import address_of, set_session


class Doors:
    """The handlers of /login and /logout."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    def show(self, request: Request, _: bytes) -> Response:
        """The log-in page, for who is not in yet."""
        if self._auth.is_off or self._auth.has_session(request.headers):
            return RedirectResponse(goal(request), 302)
        return HTMLResponse(documents.login("", goal(request)), headers=PLAIN)

    def log_in(self, request: Request, body: bytes) -> Response:
        token = parse_qs(body.decode(errors="replace")).get("token", [""])[0]
        if not self._auth.is_off and not self._auth.try_token(token, address_of(request)):
            sentence = "That is not this server's token; compare it with the printed URL."
            return HTMLResponse(documents.login(sentence, goal(request)), 401, PLAIN)
        answer = RedirectResponse(goal(request), 303)
        set_session(answer, self._auth)
        return answer

    def log_out(self, request: Request, _: bytes) -> Response:
        self._auth.end_session(request.headers)
        answer = RedirectResponse("/login", 302)
        answer.delete_cookie(self._auth.cookie, path="/", httponly=True, samesite="strict")
        return answer


def goal(request: Request) -> str:
    """Where a reader wanted to go before being asked to log in."""
    return local_url(request.query_params.get("next", "/lab"))

"""Authentication as in Jupyter: by token, by session cookie, and by the request's origin.

The cookie contains a session id and its HMAC signature, not the token. Its name contains the port,
because browsers send cookies to every port of a host. The signing key is random and independent of
the token: otherwise the token could be guessed from a cookie, without the throttled log-in.
"""

import hmac
import math
import re
from collections.abc import Mapping
from secrets import token_bytes, token_urlsafe

from wasmnb.contents.errors import TooMany
from wasmnb.network import is_loopback
from wasmnb.server.auth.keys import Keys
from wasmnb.server.auth.throttle import LoginThrottle
from wasmnb.server.config import Config

HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^\s:/@?#\[\]]+)(:[0-9]+)?")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Auth:
    """The token, sessions and keys of one server."""

    def __init__(self, config: Config) -> None:
        self._token = config.token.encode()
        self._ip = config.ip
        self._is_local = config.is_local
        self._signing_key = token_bytes(32)
        self._ended_sessions: set[str] = set()
        self._throttle = LoginThrottle()
        self.keys = Keys()
        self.is_encrypted = config.certfile is not None
        self.cookie = f"wasmnb-{config.port}"

    @property
    def is_off(self) -> bool:
        return not self._token

    def is_token(self, token: str | None) -> bool:
        encoded = (token or "").encode(errors="replace")
        return not self.is_off and hmac.compare_digest(encoded, self._token)

    def try_token(self, token: str, address: str) -> bool:
        """Whether that is the token; TooMany (429) after too many failures from an address."""
        wait = math.ceil(self._throttle.wait(address))
        if wait:
            message = f"Too many wrong tokens from {address}; try again in {wait} seconds."
            raise TooMany(message, wait)
        is_right = self.is_token(token)
        if not is_right:
            self._throttle.record_failure(address)
        return is_right

    def new_session(self) -> str:
        """The session cookie's value for a new log-in."""
        session_id = token_urlsafe(16)
        return f"{session_id}.{self._sign(session_id)}"

    def has_session(self, headers: Mapping[str, str]) -> bool:
        """Whether a request comes from a browser that has logged in."""
        session_id, _, signature = self.session(headers).partition(".")
        return session_id not in self._ended_sessions and hmac.compare_digest(
            signature.encode(), self._sign(session_id).encode()
        )

    def end_session(self, headers: Mapping[str, str]) -> None:
        if self.has_session(headers):
            self._ended_sessions.add(self.session(headers).partition(".")[0])

    def session(self, headers: Mapping[str, str]) -> str:
        cookies = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        return next((value for name, _, value in cookies if name == self.cookie), "")

    def page_key(self, headers: Mapping[str, str]) -> str:
        """The key to everything, for a page that this session opens."""
        return self.keys.for_page(self.session(headers))

    def folder_key(self, folder: str, headers: Mapping[str, str]) -> str:
        return self.keys.for_folder(folder, self.session(headers))

    def is_host(self, host: str) -> bool:
        """Whether the Host header names this server (protection from DNS rebinding).

        An attacker's name that resolves to this computer is refused. A server that is open to
        other computers cannot know its names; its token protects it.
        """
        if not self._is_local:
            return True
        match = HOST.fullmatch(host)
        return match is not None and (is_loopback(match["name"]) or match["name"] == self._ip)

    def _sign(self, session_id: str) -> str:
        data = f"wasmnb session {session_id}".encode()
        return hmac.digest(self._signing_key, data, "sha256").hex()


def token_in(headers: Mapping[str, str]) -> str:
    """The token that a request carries: `Authorization: token ...` or `Bearer ...`."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("token", "bearer") else ""


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from our own page, or from no page at all (CSRF protection).

    Browsers send the origin of the page; other programs send no such header.
    """
    if "origin" in headers:
        return headers["origin"].partition("://")[2] == headers.get("host")
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def local_url(url: str) -> str:
    """The URL if it is certainly on this server, else the start page (no open redirect)."""
    is_local = url.startswith("/") and not url.startswith("//") and "\\" not in url
    return url if is_local and url.isprintable() else "/lab"

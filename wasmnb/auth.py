"""Who may ask: by token, by the cookie that a log-in leaves, and from which pages.

The ways are Jupyter's. The cookie holds no token but a name sealed with it, and has the port in
its own name, because browsers send cookies to every port of a host.
"""

import hmac
import re
from collections.abc import Mapping
from secrets import token_urlsafe

from wasmnb.config import Config, is_loopback

HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^\s:/@?#\[\]]+)(:[0-9]+)?")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Auth:
    """The doors of one server."""

    def __init__(self, config: Config) -> None:
        self._token = config.token.encode()
        self._ip = config.ip
        self._is_local = config.is_local
        self._ended: set[str] = set()
        self.cookie = f"wasmnb-{config.port}"

    @property
    def is_off(self) -> bool:
        return not self._token

    def is_token(self, token: str | None) -> bool:
        given = (token or "").encode(errors="replace")
        return not self.is_off and hmac.compare_digest(given, self._token)

    def has_token(self, headers: Mapping[str, str]) -> bool:
        """Whether a request carries the token: `Authorization: token ...` or `Bearer ...`."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme.lower() in ("token", "bearer") and self.is_token(token.strip())

    def new_session(self) -> str:
        """The cookie of a new log-in."""
        name = token_urlsafe(16)
        return f"{name}.{self._seal(name)}"

    def has_session(self, headers: Mapping[str, str]) -> bool:
        """Whether a request comes from a browser that has logged in."""
        name, _, seal = self.session(headers).partition(".")
        return name not in self._ended and hmac.compare_digest(
            seal.encode(), self._seal(name).encode()
        )

    def end_session(self, headers: Mapping[str, str]) -> None:
        if self.has_session(headers):
            self._ended.add(self.session(headers).partition(".")[0])

    def session(self, headers: Mapping[str, str]) -> str:
        cookies = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        return next((value for name, _, value in cookies if name == self.cookie), "")

    def is_host(self, host: str) -> bool:
        """Whether a request came by a name of this server.

        A name of the attacker's that was made to point here (DNS rebinding) is none of them. A
        server that is open to other computers cannot know its names; it has its token.
        """
        if not self._is_local:
            return True
        named = HOST.fullmatch(host)
        return named is not None and (is_loopback(named["name"]) or named["name"] == self._ip)

    def _seal(self, name: str) -> str:
        return hmac.digest(self._token, f"wasmnb session {name}".encode(), "sha256").hex()


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a request was made by our own page, or by no page at all.

    Browsers say which page a request comes from; programs that are no browser say nothing.
    """
    if "origin" in headers:
        return headers["origin"].partition("://")[2] == headers.get("host")
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def local_url(url: str) -> str:
    """A URL to go on to that is surely on this server, else the start page's."""
    is_local = url.startswith("/") and not url.startswith("//") and "\\" not in url
    return url if is_local and url.isprintable() else "/lab"

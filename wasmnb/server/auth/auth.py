"""Who may ask: by token, by the cookie that a log-in leaves, and from which pages.

The ways are Jupyter's. The cookie holds no token but a name with a seal, and has the port in its
own name, because browsers send cookies to every port of a host. The key of the seal is not the
token: otherwise who cannot guess that at the door could try to with cookies.
"""

import hmac
import math
import re
from collections.abc import Mapping
from secrets import token_bytes, token_urlsafe

from wasmnb.contents.errors import TooMany
from wasmnb.network import is_loopback
from wasmnb.server.auth.keys import Keys
from wasmnb.server.auth.throttle import Attempts
from wasmnb.server.config import Config

HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^\s:/@?#\[\]]+)(:[0-9]+)?")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Auth:
    """The doors of one server."""

    def __init__(self, config: Config) -> None:
        self._token = config.token.encode()
        self._ip = config.ip
        self._is_local = config.is_local
        self._key = token_bytes(32)
        self._ended: set[str] = set()
        self._attempts = Attempts()
        self.keys = Keys()
        self.is_encrypted = config.certfile is not None
        self.cookie = f"wasmnb-{config.port}"

    @property
    def is_off(self) -> bool:
        return not self._token

    def is_token(self, token: str | None) -> bool:
        given = (token or "").encode(errors="replace")
        return not self.is_off and hmac.compare_digest(given, self._token)

    def try_token(self, token: str, address: str) -> bool:
        """Whether someone has the token; who has not too often is not listened to (TooMany)."""
        wait = math.ceil(self._attempts.wait(address))
        if wait:
            sentence = f"Too many wrong tokens came from {address}; try again in {wait} seconds."
            raise TooMany(sentence, wait)
        found = self.is_token(token)
        if not found:
            self._attempts.note(address)
        return found

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

    def page_key(self, headers: Mapping[str, str]) -> str:
        """The key to everything, for the page of whoever has opened it."""
        return self.keys.for_page(self.session(headers))

    def folder_key(self, folder: str, headers: Mapping[str, str]) -> str:
        return self.keys.for_folder(folder, self.session(headers))

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
        return hmac.digest(self._key, f"wasmnb session {name}".encode(), "sha256").hex()


def token_in(headers: Mapping[str, str]) -> str:
    """The token that a request carries: `Authorization: token ...` or `Bearer ...`."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("token", "bearer") else ""


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

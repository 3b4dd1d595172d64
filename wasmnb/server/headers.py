"""Middleware that adds the security headers to every response, and logs responses."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wasmnb.pages.csp import SERVER_CSP
from wasmnb.security_headers import SECURITY_HEADERS

logger = logging.getLogger("wasmnb.requests")

HEADERS = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": SERVER_CSP,
}

RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


class SecurityHeaders:
    """Adds the headers that a response does not have already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        start = time.monotonic()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                present = {name for name, _ in headers}
                message["headers"] = headers + [
                    header for header in RAW_HEADERS if header[0] not in present
                ]
                if logger.isEnabledFor(logging.DEBUG):
                    log(message["status"], scope, start)
            await send(message)

        return await self._app(scope, receive, send_with_headers)


def log(status: int, scope: Scope, start: float) -> None:
    """Log a response, with the path only: the query may contain the token."""
    fields = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "milliseconds": round((time.monotonic() - start) * 1000, 1),
    }
    logger.debug("%s %s %s", status, scope["method"], scope["path"], extra=fields)

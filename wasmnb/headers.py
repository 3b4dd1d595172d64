"""The headers that every answer carries, whoever made it, and the log of answers."""

import logging

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("wasmnb.requests")

HEADERS = {
    # Cross-origin isolation, without which there is no SharedArrayBuffer to interrupt Python by:
    # https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
}


class SecureHeaders:
    """Adds the headers that an answer does not have already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                # The path alone: the query may hold the token.
                logger.debug("%s %s %s", message["status"], scope["method"], scope["path"])
            await send(message)

        return await self._app(scope, receive, send_with_headers)

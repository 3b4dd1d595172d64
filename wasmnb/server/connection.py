"""HTTP connections with time-outs (against slow clients) and a size limit for request heads."""

import asyncio
import os
from typing import override

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from wasmnb.limits import LIMITS


class Connection(HttpToolsProtocol):
    """uvicorn's protocol, which itself has neither: it waits for ever, for a head of any length.

    The timer runs while no request is being handled: an idle connection and one whose head
    arrives slowly (slowloris) are both closed.
    """

    timeout_seconds = LIMITS.header_seconds
    _timer: asyncio.TimerHandle | None = None
    _head_bytes = 0  # received since the last part of a body or the end of a request

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    @override
    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > LIMITS.head and not self.transport.is_closing():
            self.send_400_response(f"The request's head is longer than {LIMITS.head} bytes.")
        if self._is_busy():
            self._stop_timer()
        elif self._timer is None:
            self._start_timer()

    @override
    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._head_bytes = 0

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._head_bytes = 0

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _is_busy(self) -> bool:
        """Whether a request is being handled, or the connection is a WebSocket."""
        if self.transport.get_protocol() is not self:
            return True
        return self.cycle is not None and not self.cycle.response_complete

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.timeout_seconds, self._on_timeout)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _on_timeout(self) -> None:
        self._timer = None
        if not self._is_busy():
            self.transport.close()


class TrustedProxyHeaders:
    """Middleware that applies the X-Forwarded-* headers of trusted proxies.

    Trusted are proxies on this computer and those in `FORWARDED_ALLOW_IPS`, as in uvicorn:
    https://uvicorn.dev/settings/#http
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        trusted = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
        self._behind_proxy = ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type]  # uvicorn has its own type of the same

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_forwarded = any(name.startswith(b"x-forwarded-") for name, _ in scope.get("headers", ()))
        await (self._behind_proxy if is_forwarded else self._app)(scope, receive, send)  # type: ignore[arg-type]

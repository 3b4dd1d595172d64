"""The connections of clients: one that asks for nothing is closed, that others find room."""

import asyncio
import os
from typing import override

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from wasmnb.limits import LIMITS


class Connection(HttpToolsProtocol):
    """uvicorn's, which takes a head of any length, and waits for ever for what is left of it."""

    patience = LIMITS.header_seconds
    _waiting: asyncio.TimerHandle | None = None
    _loose = 0  # bytes since the last of a body, or since a request was whole: of a head, mostly

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    @override
    def data_received(self, data: bytes) -> None:
        self._loose += len(data)
        super().data_received(data)
        if self._loose > LIMITS.head and not self.transport.is_closing():
            self.send_400_response(f"The request's head is longer than {LIMITS.head} bytes.")
        if self._is_asked():
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    @override
    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._loose = 0

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._loose = 0

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_asked(self) -> bool:
        """Whether a request is being answered, not just coming in, or has become a WebSocket."""
        if self.transport.get_protocol() is not self:
            return True
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.patience, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self._is_asked():
            self.transport.close()


class Forwarded:
    """uvicorn's belief in what a proxy on this computer says of its clients, where one says it.

    `FORWARDED_ALLOW_IPS` names other proxies, as for uvicorn: https://uvicorn.dev/settings/#http
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        trusted = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
        self._told = ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type]  # the same in two words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_told = any(name.startswith(b"x-forwarded-") for name, _ in scope.get("headers", ()))
        await (self._told if is_told else self._app)(scope, receive, send)  # type: ignore[arg-type]

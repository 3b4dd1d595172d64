"""WebSocket proxy between the page and a kernel of the upstream Jupyter Server.

Each side has a task that forwards its messages; the first task that ends closes both sockets.
Messages are forwarded unopened. Close codes: RFC 6455, section 7.4.
"""

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from wasmnb.gateway.upstream import Upstream

GOING_AWAY, INTERNAL_ERROR = 1001, 1011
# "No status received" and "abnormal closure": both are for local use and must not be sent.
RESERVED_CODES = (1005, 1006)
# A server whose cells keep it busy answers pings late.
PING_TIMEOUT_SECONDS = 60


async def proxy_websocket(page: WebSocket, upstream: Upstream, url: str) -> None:
    """Connect the page's socket to a URL of the upstream server, if that accepts it."""
    try:
        server = await connect(
            url,
            subprotocols=[Subprotocol(name) for name in page.scope["subprotocols"]] or None,
            additional_headers=upstream.headers,
            max_size=None,
            compression=None,
            ping_timeout=PING_TIMEOUT_SECONDS,
            proxy=None if upstream.is_local else True,
        )
    except (OSError, TimeoutError, InvalidHandshake):
        await page.close(GOING_AWAY)
        return
    await page.accept(server.subprotocol)
    await forward(page, server)


async def forward(page: WebSocket, server: ClientConnection) -> None:
    """Forward messages both ways until one side closes; the other gets its close code."""
    tasks = [
        asyncio.ensure_future(forward_to_server(page, server)),
        asyncio.ensure_future(forward_to_page(page, server)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.close()


async def forward_to_server(page: WebSocket, server: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while (event := await page.receive())["type"] == "websocket.receive":
            await server.send(event["bytes"] if event.get("bytes") is not None else event["text"])


async def forward_to_page(page: WebSocket, server: ClientConnection) -> None:
    with suppress(WebSocketDisconnect):
        async for message in server:
            if isinstance(message, bytes):
                await page.send_bytes(message)
            else:
                await page.send_text(message)
        code = server.close_code or INTERNAL_ERROR
        await page.close(
            INTERNAL_ERROR if code in RESERVED_CODES else code, server.close_reason or ""
        )

"""What the page and a kernel of the Jupyter Server beside us say to each other by WebSocket."""

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from wasmnb.gateway.upstream import Address

# RFC 6455, section 7.4: what may be said when closing, and what stands for having said nothing.
GOING_AWAY, FAILED, UNSAID = 1001, 1011, (1005, 1006)
PATIENCE = 60  # seconds without an answer to a ping, of a server whose cells keep it busy


async def relay(page: WebSocket, address: Address, url: str) -> None:
    """Connect the page's socket to that one, if the server takes it."""
    try:
        server = await connect(
            url,
            subprotocols=[Subprotocol(name) for name in page.scope["subprotocols"]] or None,
            additional_headers=address.headers,
            max_size=None,
            compression=None,
            ping_timeout=PATIENCE,
            proxy=None if address.is_local else True,
        )
    except (OSError, TimeoutError, InvalidHandshake):
        await page.close(GOING_AWAY)
        return
    await page.accept(server.subprotocol)
    await carried(page, server)


async def carried(page: WebSocket, server: ClientConnection) -> None:
    """Carry messages both ways until one side leaves; the other then hears why."""
    ways = [
        asyncio.ensure_future(to_server(page, server)),
        asyncio.ensure_future(to_page(page, server)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        await server.close()


async def to_server(page: WebSocket, server: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while (said := await page.receive())["type"] == "websocket.receive":
            await server.send(said["bytes"] if said.get("bytes") is not None else said["text"])


async def to_page(page: WebSocket, server: ClientConnection) -> None:
    with suppress(WebSocketDisconnect):
        async for said in server:
            await (page.send_bytes(said) if isinstance(said, bytes) else page.send_text(said))
        code = server.close_code or FAILED
        await page.close(FAILED if code in UNSAID else code, server.close_reason or "")

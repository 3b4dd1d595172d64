"""The body of a request: all of it, unless it is too large or too slow."""

import anyio
from starlette.requests import Request

from wasmnb.contents.errors import TooLarge, TooSlow
from wasmnb.limits import Limits


async def body(request: Request, most: int, limits: Limits) -> bytes:
    """The body, of at most so many bytes."""
    if announced(request) > most:
        raise too_large(most)
    parts, size = [], 0
    try:
        with anyio.fail_after(limits.body_seconds):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise too_large(most)
                parts.append(part)
    except TimeoutError as error:
        raise TooSlow(
            f"The request did not arrive within {limits.body_seconds:g} seconds; send it again."
        ) from error
    return b"".join(parts)


def announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def too_large(most: int) -> TooLarge:
    return TooLarge(
        f"Nothing was changed: the request is larger than the {most:,} bytes that this server "
        "takes in one. Upload a large file in chunks."
    )

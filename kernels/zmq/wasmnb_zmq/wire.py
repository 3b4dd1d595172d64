"""Converts between signed ZMQ multipart messages and the frames of the core.

Messages are not parsed here: both forms contain the same bytes.
https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
"""

import hmac
from collections.abc import Sequence

from wasmnb_kernel.message import Buffer, MalformedMessage, frame, unframe

DELIMITER = b"<IDS|MSG>"
SIGNED = 4  # header, parent_header, metadata, content; the buffers after them are unsigned


class Wire:
    """Converts in both directions, with the key of a connection."""

    def __init__(self, key: bytes, digest: str) -> None:
        self._key = key
        self._digest = digest

    def parts(self, data: Buffer, address: Sequence[bytes]) -> tuple[str, list[Buffer]]:
        """A frame's channel, and its parts: address, delimiter, signature, message."""
        channel, *message = unframe(data)
        signature = self._signature(message[:SIGNED])
        return bytes(channel).decode(), [*address, DELIMITER, signature, *message]

    def frame(self, channel: str, parts: Sequence[Buffer]) -> tuple[list[bytes], bytes]:
        """The sender's address, and the parts as a frame."""
        if DELIMITER not in parts:
            raise MalformedMessage(f"A message on {channel} has no {DELIMITER.decode()} in it.")
        start = parts.index(DELIMITER) + 1
        signature, *message = parts[start:] or [b""]
        if len(message) < SIGNED:
            raise MalformedMessage(f"A message on {channel} lacks some of its parts.")
        if not hmac.compare_digest(bytes(signature), self._signature(message[:SIGNED])):
            raise MalformedMessage(
                f"A message on {channel} is not signed with the key of this kernel's connection "
                "file, so it was not sent by one of its clients."
            )
        address = [bytes(part) for part in parts[: start - 1]]
        return address, frame([channel.encode(), *message])

    def _signature(self, parts: Sequence[Buffer]) -> bytes:
        if not self._key:
            return b""
        whole = hmac.new(self._key, digestmod=self._digest)
        for part in parts:
            whole.update(part)
        return whole.hexdigest().encode()

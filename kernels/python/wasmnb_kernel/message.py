"""A kernel message, and its v1.kernel.websocket.jupyter.org framing.

https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html
https://jupyter-client.readthedocs.io/en/stable/messaging.html
"""

import json
import math
import struct
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from numbers import Integral, Real
from typing import Any
from uuid import uuid4

PROTOCOL_VERSION = "5.4"

Content = dict[str, Any]
Buffer = bytes | bytearray | memoryview


class MalformedMessage(ValueError):
    """Bytes that are no message in v1 framing, or a message without a required field."""


@dataclass(frozen=True)
class Message:
    """One message of the Jupyter protocol, with the channel that it travels on."""

    channel: str
    header: Content
    parent_header: Content = field(default_factory=dict)
    metadata: Content = field(default_factory=dict)
    content: Content = field(default_factory=dict)
    buffers: Sequence[Buffer] = ()

    @property
    def msg_type(self) -> str:
        """The message type, such as execute_request."""
        return str(self.header["msg_type"])

    def as_dict(self) -> Content:
        """The message as a dict, as Jupyter's Python libraries (ipywidgets, comm) pass it."""
        return {
            "header": self.header,
            "msg_id": self.header["msg_id"],
            "msg_type": self.msg_type,
            "parent_header": self.parent_header,
            "metadata": self.metadata,
            "content": self.content,
            "buffers": list(self.buffers),
        }


def header(msg_type: str, session: str, username: str = "kernel") -> Content:
    """A fresh header."""
    return {
        "msg_id": uuid4().hex,
        "msg_type": msg_type,
        "username": username,
        "session": session,
        "date": now(),
        "version": PROTOCOL_VERSION,
    }


def now() -> str:
    """This moment, as headers carry it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def encode(message: Message) -> bytes:
    """The message as one frame."""
    return frame(
        [
            message.channel.encode(),
            _json(message.header),
            _json(message.parent_header),
            _json(message.metadata),
            _json(message.content),
            *map(_flat, message.buffers),
        ]
    )


def decode(data: Buffer) -> Message:
    """The message in one frame; its buffers are views into the frame, not copies."""
    parts = unframe(data)
    try:
        channel, *texts = (bytes(part).decode() for part in parts[:PARTS])
        header, parent_header, metadata, content = map(json.loads, texts)
    except ValueError as error:
        raise MalformedMessage(f"A message is not JSON in UTF-8: {error}.") from error
    if not all(isinstance(part, dict) for part in (header, parent_header, metadata, content)):
        raise MalformedMessage("A message has a header, metadata or content that is no object.")
    missing = [key for key in ("msg_id", "msg_type") if not isinstance(header.get(key), str)]
    if missing:
        raise MalformedMessage(f"A message has no {' and no '.join(missing)} in its header.")
    return Message(channel, header, parent_header, metadata, content, parts[PARTS:])


PARTS = 5  # channel, header, parent_header, metadata, content; buffers follow


def frame(parts: Sequence[Buffer]) -> bytes:
    """Parts as one frame: how many offsets, the offsets, and the parts that they bound."""
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join([struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets), *parts])


def unframe(data: Buffer) -> list[memoryview]:
    """The parts in one frame, as views into it."""
    view = memoryview(data).cast("B")
    try:
        (count,) = struct.unpack_from("<Q", view)
        if count < PARTS + 1 or count > len(view) // 8:
            raise MalformedMessage(f"A frame of {len(view)} bytes claims to have {count} offsets.")
        offsets = struct.unpack_from(f"<{count}Q", view, 8)
    except struct.error as error:
        raise MalformedMessage(f"A frame of {len(view)} bytes is cut short.") from error
    if offsets[-1] != len(view) or list(offsets) != sorted(offsets):
        raise MalformedMessage(f"A frame of {len(view)} bytes has parts that end elsewhere.")
    return [view[start:end] for start, end in pairwise(offsets)]


def _flat(buffer: Buffer) -> Buffer:
    view = memoryview(buffer)
    return view.cast("B") if view.nbytes else b""


def _json(value: Content) -> bytes:
    try:
        text = _encoder.encode(value)
    except (TypeError, ValueError):
        text = _encoder.encode(_strict(value))
    # A lone surrogate has no UTF-8, but its Python escape is also its JSON escape.
    return text.encode(errors="backslashreplace")


def _plain(value: object) -> object:
    """Converts Python values that JSON lacks, as jupyter_client.jsonutil does."""
    match value:
        case datetime() | date():
            return value.isoformat().replace("+00:00", "Z")
        case bytes() | bytearray() | memoryview():
            return b64encode(value).decode("ascii")
        case Integral():
            return int(value)
        case Real():
            return float(value)
        case Iterable():
            return list(value)
    raise TypeError(f"A message cannot carry {value!r}: JSON has no such value.")


def _strict(value: object) -> object:
    """The value with text keys; numbers that are not finite become their repr."""
    match value:
        case float() if not math.isfinite(value):
            return repr(value)
        case Mapping():
            return {str(key): _strict(item) for key, item in value.items()}
        case list() | tuple():
            return [_strict(item) for item in value]
    return value


_encoder = json.JSONEncoder(default=_plain, ensure_ascii=False, allow_nan=False)

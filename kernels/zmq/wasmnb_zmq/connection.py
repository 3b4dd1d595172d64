"""A connection file: the addresses of a kernel's sockets, and the key that signs its messages.

https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

SOCKETS = ("shell", "iopub", "stdin", "control", "hb")


class BadConnection(Exception):
    """A connection file is missing, incomplete or wrong; the sentence says which."""


@dataclass(frozen=True)
class Connection:
    """The content of a connection file."""

    transport: str
    ip: str
    ports: Mapping[str, int]
    key: bytes
    digest: str
    """The name of the hash in the signatures, such as sha256."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """The connection that a file describes."""
        try:
            content = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise BadConnection(f"The connection file {path} cannot be read: {error}.") from error
        if not isinstance(content, dict):
            raise BadConnection(f"The connection file {path} is no JSON object.")
        return cls(
            transport=_field(content, "transport", str, "tcp"),
            ip=_field(content, "ip", str, "127.0.0.1"),
            ports={name: _field(content, f"{name}_port", int) for name in SOCKETS},
            key=_field(content, "key", str, "").encode(),
            digest=_digest(_field(content, "signature_scheme", str, "hmac-sha256")),
        )

    def address(self, socket: str) -> str:
        """The address of a socket, in ZMQ's syntax."""
        between = "-" if self.transport == "ipc" else ":"
        return f"{self.transport}://{self.ip}{between}{self.ports[socket]}"


def _field[T](content: dict[str, Any], name: str, kind: type[T], default: T | None = None) -> T:
    value = content.get(name, default)
    if not isinstance(value, kind):
        raise BadConnection(
            f"A connection file needs {name} as {kind.__name__}; this one has {value!r}."
        )
    return value


def _digest(scheme: str) -> str:
    kind, _, digest = scheme.partition("-")
    if kind != "hmac" or not digest:
        raise BadConnection(
            f"The signature scheme must be hmac-sha256 or another HMAC, not {scheme!r}."
        )
    return digest

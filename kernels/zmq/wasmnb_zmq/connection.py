"""A connection file: where a kernel's sockets are, and the key that its messages are signed with.

https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

SOCKETS = ("shell", "iopub", "stdin", "control", "hb")


class BadConnection(Exception):
    """A connection file is not there, or says nothing, or nothing true, of what a kernel needs."""


@dataclass(frozen=True)
class Connection:
    """What a connection file says."""

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
            said = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise BadConnection(f"The connection file {path} cannot be read: {error}.") from error
        if not isinstance(said, dict):
            raise BadConnection(f"The connection file {path} is no JSON object.")
        return cls(
            transport=_field(said, "transport", str, "tcp"),
            ip=_field(said, "ip", str, "127.0.0.1"),
            ports={name: _field(said, f"{name}_port", int) for name in SOCKETS},
            key=_field(said, "key", str, "").encode(),
            digest=_digest(_field(said, "signature_scheme", str, "hmac-sha256")),
        )

    def address(self, socket: str) -> str:
        """Where one of the sockets is, as ZMQ writes it."""
        between = "-" if self.transport == "ipc" else ":"
        return f"{self.transport}://{self.ip}{between}{self.ports[socket]}"


def _field[T](said: dict[str, Any], name: str, kind: type[T], default: T | None = None) -> T:
    value = said.get(name, default)
    if not isinstance(value, kind):
        raise BadConnection(
            f"A connection file wants {name} as {kind.__name__}; this one has {value!r}."
        )
    return value


def _digest(scheme: str) -> str:
    kind, _, digest = scheme.partition("-")
    if kind != "hmac" or not digest:
        raise BadConnection(f"Messages are signed with hmac-sha256 or its like, not {scheme!r}.")
    return digest

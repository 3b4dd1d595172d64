"""Addresses of this computer, and a listening socket on the first free port."""

import errno
import socket
from functools import lru_cache
from ipaddress import ip_address

from wasmnb.errors import Unusable

MAX_TRIES = 50


def listen(ip: str, port: int) -> socket.socket:
    """A listening socket. Connections are queued until the server accepts them."""
    family, address = resolve(ip)
    last = min(port + MAX_TRIES, 65535)
    for candidate in range(port, last + 1):
        sock = bind(family, address, candidate)
        if sock:
            return sock
    raise Unusable(f"The ports {port} to {last} are all in use; give another with --port.")


def bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    """A socket on that port; None if the port is taken."""
    # asyncio sets TCP_NODELAY only if the protocol number is given. Without it a response's body
    # waits 40 ms for the client to acknowledge the head.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((address, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise Unusable(f"Cannot listen on {address} port {port}: {error.strerror}.") from error
    return sock


def resolve(ip: str) -> tuple[socket.AddressFamily, str]:
    try:
        addresses = socket.getaddrinfo(ip, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unusable(f"{ip!r} is not an address of this computer; give one with --ip.") from error
    family, _, _, _, address = addresses[0]
    return family, str(address[0])


@lru_cache(100)
def is_loopback(host: str) -> bool:
    """Whether a host name or address means this computer."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"

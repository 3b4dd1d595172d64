"""Resource limits of requests: sizes, numbers and time-outs."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """In bytes, unless the name says seconds. `content` is the same as in Jupyter."""

    content: int = 512 * MB  # a file that is read or saved in one request
    body: int = 1 * MB  # a request body without a file
    form: int = 4096  # a log-in form, which anyone can send
    address: int = 16 * 1024  # a path of 4096 bytes, the limit of Linux, percent-encoded
    head: int = 64 * 1024  # a request line and headers
    saves: int = 8  # concurrent; others are queued
    body_seconds: float = 600  # until a request has arrived completely
    header_seconds: float = 20  # until the headers of a request have arrived
    stop_seconds: float = 30  # for requests in progress when the server stops


LIMITS = Limits()

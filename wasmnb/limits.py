"""How much of everything one request may have, so that there is enough for the others."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes, numbers and seconds; the first is Jupyter's."""

    content: int = 512 * MB  # a file that is read or saved whole
    body: int = 1 * MB  # a request that carries no file
    form: int = 4096  # a log-in, which anyone may send
    address: int = 16 * 1024  # a path of 4096 bytes, the system's limit, each as %XX
    head: int = 64 * 1024  # a request's address and headers
    saves: int = 8  # at once; others wait in the order in which they came
    body_seconds: float = 600  # for all of a request to arrive
    header_seconds: float = 20  # for a request to begin
    stop_seconds: float = 30  # for what is under way when the server is stopped


LIMITS = Limits()

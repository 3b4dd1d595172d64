"""Ports for kernels and drivers: of those found free, another program may be given one."""

import os
from itertools import cycle

from jupyter_client.manager import KernelManager
from wasmnb_zmq.connection import SOCKETS

# Below those that systems give to whoever asks for any; another process of tests has others.
FIRST, EACH, PROCESSES = 10_000, 100, 220
_first = FIRST + os.getpid() % PROCESSES * EACH
_ports = cycle(range(_first, _first + EACH))


def port() -> int:
    """One that nobody here has been given lately."""
    return next(_ports)


def manager(kernel_name: str) -> KernelManager:
    """What starts and ends a kernel of that name."""
    ports = {f"{socket}_port": port() for socket in SOCKETS}
    return KernelManager(kernel_name=kernel_name, cache_ports=False, **ports)

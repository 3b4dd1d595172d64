"""Requests about the kernel itself: kernel_info, connect, interrupt, shutdown."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from .. import __version__
from ..message import PROTOCOL_VERSION, Content

if TYPE_CHECKING:
    from ..kernel import Kernel
    from ..request import Request

LANGUAGE = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}

HELP_LINKS = {
    "Python Reference": f"https://docs.python.org/{sys.version_info[0]}.{sys.version_info[1]}",
    "IPython Reference": "https://ipython.readthedocs.io/en/stable/",
    "NumPy Reference": "https://numpy.org/doc/stable/reference/",
    "SciPy Reference": "https://docs.scipy.org/doc/scipy/reference/",
    "Matplotlib Reference": "https://matplotlib.org/stable/users/index.html",
    "SymPy Reference": "https://docs.sympy.org/latest/index.html",
    "pandas Reference": "https://pandas.pydata.org/pandas-docs/stable/",
}


def kernel_info(kernel: Kernel, _request: Request) -> Content:
    """The implementation and its language; the optional features are not supported."""
    return {
        "protocol_version": PROTOCOL_VERSION,
        "implementation": "wasmnb",
        "implementation_version": __version__,
        "language_info": LANGUAGE,
        "banner": kernel.shell.banner,
        "help_links": [{"text": text, "url": url} for text, url in HELP_LINKS.items()],
        "supported_features": [],
    }


def connect(_kernel: Kernel, _request: Request) -> Content:
    """The ports that the kernel listens on: none, its host carries the messages."""
    return {}


def interrupt(kernel: Kernel, _request: Request) -> Content:
    """Stop the running cell. The request is only read while the cell or the host waits."""
    kernel.interrupt()
    return {}


def shutdown(kernel: Kernel, request: Request) -> Content:
    """Announce the shutdown to every client, and have the host end the kernel after the reply."""
    restart = request.field("restart", bool, False)
    kernel.publish("shutdown_reply", {"status": "ok", "restart": restart})
    asyncio.get_running_loop().call_soon(kernel.host.stop, restart)
    return {"restart": restart}

"""The request table: the handler of each message type, and kernels that have these handlers."""

import sys

from ..host import History, Host, PackageSources
from ..kernel import Handler, Kernel
from . import comms, execute, info, introspect

REQUESTS: dict[str, Handler] = {
    "execute_request": execute.execute,
    "complete_request": introspect.complete,
    "inspect_request": introspect.inspect,
    "is_complete_request": introspect.is_complete,
    "history_request": introspect.history,
    "kernel_info_request": info.kernel_info,
    "connect_request": info.connect,
    "comm_info_request": comms.comm_info,
    "comm_open": comms.comm_open,
    "comm_msg": comms.comm_msg,
    "comm_close": comms.comm_close,
    "interrupt_request": info.interrupt,
    "shutdown_request": info.shutdown,
}


def new_kernel(
    host: Host,
    packages: PackageSources | None = None,
    *,
    history: History | None = None,
    processes: bool = sys.platform != "emscripten",
) -> Kernel:
    """Make a kernel that answers every message type of the table."""
    return Kernel(host, REQUESTS, packages, history=history, processes=processes)

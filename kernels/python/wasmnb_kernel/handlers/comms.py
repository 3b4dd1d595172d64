"""Comms: bidirectional channels between objects in the kernel and in a front end.

https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comm.base_comm import BaseComm

from ..message import Content

if TYPE_CHECKING:
    from comm.base_comm import BuffersType, MaybeDict

    from ..kernel import Kernel
    from ..request import Request


class KernelComm(BaseComm):
    """A comm that sends its messages through the kernel, to every client."""

    def __init__(self, kernel: Kernel, *args: Any, **kwargs: Any) -> None:
        self.kernel = kernel
        super().__init__(*args, **kwargs)

    def publish_msg(
        self,
        msg_type: str,
        data: MaybeDict = None,
        metadata: MaybeDict = None,
        buffers: BuffersType = None,
        **keys: Any,
    ) -> None:
        """Send comm_open, comm_msg or comm_close."""
        content = {"comm_id": self.comm_id, "data": data or {}, **keys}
        self.kernel.publish(msg_type, content, metadata=metadata, buffers=buffers or ())


def comm_open(kernel: Kernel, request: Request) -> None:
    """Pass the front end's new comm to its registered target; close it if there is none."""
    name = request.field("target_name", str)
    target = kernel.comm_manager.targets.get(name)
    comm = KernelComm(kernel, name, comm_id=request.field("comm_id", str), primary=False)
    kernel.comm_manager.register_comm(comm)
    if target is None:
        comm.close()
        kernel.complain(
            f"A comm to {name!r} was opened, but no such target is registered: "
            "import the module that registers it first."
        )
    elif not kernel.shell.guard(target, comm, request.parent):
        comm.close()


def comm_msg(kernel: Kernel, request: Request) -> None:
    """Pass a message to its comm, whose callbacks are user code."""
    if comm := _comm(kernel, request):
        kernel.shell.guard(comm.handle_msg, request.parent)


def comm_close(kernel: Kernel, request: Request) -> None:
    """Unregister a comm that the front end closed."""
    if comm := _comm(kernel, request):
        comm._closed = True  # else it would answer with a comm_close of its own
        kernel.comm_manager.unregister_comm(comm)
        kernel.shell.guard(comm.handle_close, request.parent)


def comm_info(kernel: Kernel, request: Request) -> Content:
    """The open comms: all, or those to one target."""
    target = request.field("target_name", str, "")
    comms = kernel.comm_manager.comms
    return {
        "comms": {
            comm_id: {"target_name": comm.target_name}
            for comm_id, comm in comms.items()
            if target in ("", comm.target_name)
        }
    }


def _comm(kernel: Kernel, request: Request) -> BaseComm | None:
    comm_id = request.field("comm_id", str)
    comm = kernel.comm_manager.comms.get(comm_id)
    if comm is None:
        kernel.complain(f"A {request.msg_type} came for comm {comm_id}, which is not open here.")
    return comm

"""Decides where a signal may raise KeyboardInterrupt: in a cell's code, not in the kernel's own."""

# How it works. Python calls a signal handler between two instructions of whatever code is running.
# `may_interrupt` walks from that frame outwards, and the first frame that it knows decides:
# - A function of an UNINTERRUPTIBLE module must finish, or a message stays unsent and a front end
#   waits forever. Exceptions are the INTERRUPTIBLE_WAITS, which an interrupt is meant to end.
# - Any other code of IPython or the kernel was called to run a cell: all that it calls is the
#   cell's, and may be stopped anywhere.
# - The event loop alone must not be stopped, or it would never resume the cell.
# A signal that may not interrupt must be sent again a moment later by the host; none may be lost.
# Names here are modules and functions: tests/kernel/test_rooms.py checks that they exist.

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

EVENT_LOOPS = ("asyncio", "pyodide")
UNINTERRUPTIBLE = {
    f"wasmnb_kernel.{name}"
    for name in (
        *("handlers.execute", "handlers.info", "hosts.browser", "io.interrupt", "io.rate_limit"),
        *("io.streams", "kernel", "message", "request"),
    )
}
INTERRUPTIBLE_WAITS = {"throttle", "sleep"}  # functions of the above
PROCESS_START = ("pexpect.pty_spawn", "__init__")  # of `!`: IPython fails if it is stopped half-way
RUNNERS = ("IPython", "wasmnb_kernel")  # their callees are a cell's code


def may_interrupt(frame: FrameType | None) -> bool:
    """Whether KeyboardInterrupt may be raised in a frame; the nearest known outer frame decides."""
    is_users = False
    while frame:
        module = str(frame.f_globals.get("__name__"))
        package = module.partition(".")[0]
        if module in UNINTERRUPTIBLE:
            return frame.f_code.co_name in INTERRUPTIBLE_WAITS
        if (module, frame.f_code.co_name) == PROCESS_START:
            return False
        if package in RUNNERS:
            return True
        is_users = is_users or package not in EVENT_LOOPS
        frame = frame.f_back
    return is_users


def unraisable_hook(resend: Callable[[], None]) -> Callable[[sys.UnraisableHookArgs], None]:
    """A `sys.unraisablehook` that sends an interrupt again which Python has dropped.

    Python drops exceptions in finalizers and in handlers of a fork.
    """
    show = sys.unraisablehook

    def hook(dropped: sys.UnraisableHookArgs) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            resend()
        else:
            show(dropped)

    return hook

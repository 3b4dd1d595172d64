"""Which code a signal meets: a cell's, which it may stop anywhere, or what carries the cell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

LOOP = ("asyncio", "pyodide")  # stopped half-way, it would never wake the cell again
# Stopped half-way, these would leave a message unsent and a front end waiting.
CARRIERS = {
    f"wasmnb_kernel.{name}"
    for name in (
        *("handlers.execute", "handlers.info", "hosts.browser", "io.interrupt", "io.rate_limit"),
        *("io.streams", "kernel", "message", "request"),
    )
}
WAITS = {"hold", "sleep"}  # what a signal is there to end, among the above
STARTING = ("pexpect.pty_spawn", "__init__")  # of `!`: stopped half-way, IPython fails over it
RUNNERS = ("IPython", "wasmnb_kernel")  # what these have called is a cell's


def may_stop(frame: FrameType | None) -> bool:
    """Whether KeyboardInterrupt may be raised in a frame: the next outward that we know says it."""
    is_users = False
    while frame:
        module = str(frame.f_globals.get("__name__"))
        package = module.partition(".")[0]
        if module in CARRIERS:
            return frame.f_code.co_name in WAITS
        if (module, frame.f_code.co_name) == STARTING:
            return False
        if package in RUNNERS:
            return True
        is_users = is_users or package not in LOOP
        frame = frame.f_back
    return is_users


def unraisable(again: Callable[[], None]) -> Callable[[sys.UnraisableHookArgs], None]:
    """A `sys.unraisablehook` with which KeyboardInterrupt comes again where Python drops errors.

    Such places are finalizers and what runs at a fork.
    """
    show = sys.unraisablehook

    def hook(dropped: sys.UnraisableHookArgs) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            again()
        else:
            show(dropped)

    return hook

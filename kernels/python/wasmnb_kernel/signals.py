"""Which code a signal meets: a cell's, which it may stop anywhere, or what carries the cell."""

from types import FrameType

LOOP = ("asyncio", "pyodide")  # stopped half-way, it would never wake the cell again
# Stopped half-way, these would leave a message unsent and a front end waiting.
CARRIERS = {
    f"wasmnb_kernel.{name}"
    for name in (
        *("browser", "execute", "info", "interrupt", "kernel"),
        *("message", "pace", "request", "streams"),
    )
}
WAITS = {"hold", "sleep"}  # what a signal is there to end, among the above
RUNNERS = ("IPython", "wasmnb_kernel")  # what these have called is a cell's


def may_stop(frame: FrameType | None) -> bool:
    """Whether KeyboardInterrupt may be raised in a frame: the next outward that we know says it."""
    is_users = False
    while frame:
        module = str(frame.f_globals.get("__name__"))
        package = module.partition(".")[0]
        if module in CARRIERS:
            return frame.f_code.co_name in WAITS
        if package in RUNNERS:
            return True
        is_users = is_users or package not in LOOP
        frame = frame.f_back
    return is_users

"""Which code a signal meets: a cell's, which it may stop anywhere, or the kernel's own."""

from pathlib import Path
from types import FrameType

import IPython

HERE = Path(__file__).parent
# Stopped half-way, these would leave a message unsent and a front end waiting.
UNSTOPPABLE = {str(HERE / name) for name in ("browser.py", "kernel.py", "message.py", "streams.py")}
WAITS = {"sleep"}  # of the above, what a signal is there to end
KNOWN = (str(HERE), str(Path(IPython.__file__).parent))


def may_stop(frame: FrameType | None) -> bool:
    """Whether KeyboardInterrupt may be raised in a frame: the next of ours or IPython's says it."""
    while frame and not frame.f_code.co_filename.startswith(KNOWN):
        frame = frame.f_back
    if frame is None or frame.f_code.co_name in WAITS:
        return True
    return frame.f_code.co_filename not in UNSTOPPABLE

"""A kernel ends with the process that has started it, also where that was killed.

jupyter_client names that process in the environment of its kernels.
"""

import os
import threading
import time

VARIABLE = "JPY_PARENT_PID"
POLL_SECONDS = 1.0  # seconds


def end_with_parent() -> None:
    """From now on, end this process when its parent is gone."""
    parent = os.environ.get(VARIABLE, "")
    if parent.isdecimal() and int(parent) == os.getppid():
        threading.Thread(target=_watch, args=[int(parent)], name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(1)

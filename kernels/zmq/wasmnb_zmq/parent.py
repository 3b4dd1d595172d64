"""Ends a kernel together with the process that started it, even if that was killed.

jupyter_client passes that process in the environment: its id, or on Windows a handle that the
kernel inherits.
"""

import ctypes
import os
import threading
import time

VARIABLE = "JPY_PARENT_PID"
POLL_SECONDS = 1.0  # seconds


def end_with_parent() -> None:
    """Watch the parent from now on; exit when it is gone."""
    parent = os.environ.get(VARIABLE, "")
    if not parent.isdecimal():
        return
    if os.name == "nt":
        threading.Thread(target=_wait, args=[int(parent)], name="parent", daemon=True).start()
    elif int(parent) == os.getppid():
        threading.Thread(target=_watch, args=[int(parent)], name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(1)


def _wait(parent: int) -> None:
    """Wait for a process of Windows, by its handle."""
    kernel32 = ctypes.CDLL("kernel32")
    if kernel32.WaitForSingleObject(ctypes.c_void_p(parent), -1) == 0:
        os._exit(1)

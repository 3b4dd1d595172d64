"""The debugger that %debug and breakpoint() start."""

from typing import Any

from IPython.core import debugger


class Debugger(debugger.Pdb):
    """IPython's debugger without a signal handler of its own.

    pdb's handler stays installed when the debugger is left: an interrupt would then open the
    debugger again instead of stopping the cell.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "nosigint": True})

"""The debugger that %debug and breakpoint() start."""

from typing import Any

from IPython.core import debugger


class Debugger(debugger.Pdb):
    """IPython's, which leaves signals to the kernel.

    With pdb's own handler, which stays when the debugger is left, an interrupt would open the
    debugger again instead of stopping the cell.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "nosigint": True})

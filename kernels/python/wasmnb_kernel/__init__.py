"""The kernel core: the Jupyter message protocol over IPython, without I/O of its own."""

import sys

__version__ = "0.1.0"

if sys.platform == "emscripten":  # where imports slow the start down
    from .lazy_imports import defer_imports

    defer_imports()

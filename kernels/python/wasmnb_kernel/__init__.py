"""The kernel core: the Jupyter message protocol over IPython, without I/O of its own."""

import sys

__version__ = "0.1.0"

if sys.platform == "emscripten":  # where it is felt what a start imports
    from .lazy_imports import import_without

    import_without()

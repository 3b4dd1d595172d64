"""The kernel core: the Jupyter message protocol over IPython, without I/O of its own."""

__version__ = "0.1.0"

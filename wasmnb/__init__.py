"""wasmnb: a Jupyter notebook whose kernel runs in the reader's browser."""

__version__ = "0.1.0"

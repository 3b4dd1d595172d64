"""Kernels for every Jupyter client: the core over ZMQ, in CPython and in WebAssembly."""

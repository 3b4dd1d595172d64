"""A notebook run by ipykernel, which the kernel in the browser is held against."""

import asyncio
from os import environ, pathsep
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from ..serving import DEADLINE
from .notebooks import CORPUS, Json

# Nothing listens there, so that this kernel reaches no network either.
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")


def run(file: Path, *, each: bool) -> list[Json]:
    """The cells of a notebook with their outputs, after it has run from top to bottom.

    It ends at a cell that raises an error, unless each cell is to be run.
    """
    notebook = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        # With the asynchronous one a reply can be missed after nbclient has sent a widget's state.
        kernel_manager_class=KernelManager,
        allow_errors=each,
        coalesce_streams=True,
        record_timing=False,
        timeout=DEADLINE,
        resources={"metadata": {"path": str(file.parent)}},
    )
    wheels = pathsep.join(map(str, sorted((CORPUS / "wheels").glob("*.whl"))))
    with TemporaryDirectory() as profile:
        own = {"PYTHONPATH": wheels, "IPYTHONDIR": profile, **NO_NETWORK}
        try:
            asyncio.run(client.async_execute(env={**environ, **own}))
        except CellExecutionError:
            assert not each
    cells: list[Json] = notebook.cells
    return cells

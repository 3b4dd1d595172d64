"""The real server, in a process of its own."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO

DEADLINE = 60  # seconds, of a machine that has much else to do


@contextmanager
def serving(
    folder: Path, *options: str, python: str = sys.executable, **environment: str
) -> Iterator[str]:
    """The address that `wasmnb serve FOLDER` prints, good for as long as this lasts."""
    command = [
        python,
        "-m",
        "wasmnb",
        "serve",
        str(folder.resolve()),
        "--no-browser",
        "--port",
        "0",
    ]
    with (
        TemporaryDirectory() as data,
        subprocess.Popen(  # noqa: S603 - our own command
            [*command, *options],
            cwd=data,  # not here, where Python would find the sources before what is installed
            env={**environ, "JUPYTER_DATA_DIR": data, "XDG_DATA_HOME": data, **environment},
            stderr=subprocess.PIPE,
            text=True,
        ) as server,
    ):
        assert server.stderr
        addresses: Queue[str] = Queue()
        listener = Thread(target=listen, args=(server.stderr, addresses))
        listener.start()
        try:
            yield addresses.get(timeout=DEADLINE)
        finally:
            server.terminate()
            listener.join()


def listen(printed: IO[str], addresses: Queue[str]) -> None:
    """Pass on what the server prints, and hand over the address to open."""
    for line in printed:
        sys.stderr.write(line)
        if address := re.match(r"Open (http\S+)", line):
            addresses.put(address[1])

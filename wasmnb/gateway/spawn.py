"""A Jupyter Server of our own to compare with: stock, on this computer, for as long as we run."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from wasmnb_zmq.parent import VARIABLE, end_with_parent

from wasmnb.errors import Unusable
from wasmnb.gateway.upstream import Address

SECONDS = 60  # for it to start
NEEDS = {"jupyter_server": "jupyter-server", "ipykernel": "ipykernel"}


@contextmanager
def stock_server(folder: Path, data: Path | None = None) -> Iterator[Address]:
    """Run a Jupyter Server with ipykernel over a folder; where it is.

    Kernels that are installed below `data` are among its own.
    """
    if missing := [name for module, name in NEEDS.items() if find_spec(module) is None]:
        raise Unusable(
            f"A Jupyter Server is to be started, and {' and '.join(missing)} is not installed. "
            "Install wasmnb[compare]."
        )
    token = secrets.token_hex(24)
    with TemporaryDirectory() as runtime, (Path(runtime) / "log").open("w+") as log:
        process = subprocess.Popen(  # noqa: S603  of this very Python
            [sys.executable, "-m", __name__, *options(folder)],
            env={
                **os.environ,
                VARIABLE: str(os.getpid()),
                "JUPYTER_RUNTIME_DIR": runtime,
                "JUPYTER_TOKEN": token,
                "JUPYTER_PATH": os.pathsep.join(
                    filter(None, [str(data or ""), os.environ.get("JUPYTER_PATH")])
                ),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us; we end it
        )
        try:
            port = port_of(process, Path(runtime), Path(log.name))
            yield Address(f"http://127.0.0.1:{port}", "this computer", token)
        finally:
            end(process)


def options(folder: Path) -> list[str]:
    settings = {
        "ip": "127.0.0.1",
        "port": 0,
        "open_browser": False,
        "allow_root": True,  # it is as much root as we are
        "root_dir": folder,
    }
    return [f"--ServerApp.{name}={value}" for name, value in settings.items()]


def port_of(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> int:
    """The port that it notes in its runtime folder when it listens."""
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for file in runtime.glob("jpserver-*.json"):
            if port := json.loads(file.read_text() or "{}").get("port"):
                return int(port)
        time.sleep(0.05)
    raise Unusable(f"The Jupyter Server did not start. It says:\n{log.read_text()[-2000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Its kernels end with it."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:  # its shutdown has been seen to hang
        process.kill()
        process.wait()


if __name__ == "__main__":
    from jupyter_server.serverapp import main

    end_with_parent()
    main()

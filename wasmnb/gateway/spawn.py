"""Spawns an unmodified Jupyter Server with ipykernel as a child process.

`python -m wasmnb.gateway.spawn` is that process: Jupyter Server, which ends when its parent does.
"""

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
from wasmnb.gateway.upstream import Upstream

START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 10
REQUIRED = {"jupyter_server": "jupyter-server", "ipykernel": "ipykernel"}


@contextmanager
def spawned_server(folder: Path, data: Path | None = None) -> Iterator[Upstream]:
    """A Jupyter Server over a folder, running until the block ends.

    Kernels installed below `data` are among its own.
    """
    if missing := [name for module, name in REQUIRED.items() if find_spec(module) is None]:
        verb = "is" if len(missing) == 1 else "are"
        raise Unusable(
            f"Starting a Jupyter Server needs {' and '.join(missing)}, which {verb} not installed. "
            "Run: pip install 'wasmnb[compare]'"
        )
    token = secrets.token_hex(24)
    with (
        TemporaryDirectory() as runtime,
        (Path(runtime) / "log").open("w+", encoding="utf-8") as log,
    ):
        process = subprocess.Popen(  # noqa: S603  this Python
            [sys.executable, "-m", __name__, *options(folder)],
            env={
                **os.environ,
                # Windows would need a handle; there the server outlives a killed parent.
                **({} if os.name == "nt" else {VARIABLE: str(os.getpid())}),
                "JUPYTER_RUNTIME_DIR": runtime,
                "JUPYTER_TOKEN": token,
                "JUPYTER_PATH": os.pathsep.join(
                    filter(None, [str(data or ""), os.environ.get("JUPYTER_PATH")])
                ),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches us alone; we end the child
        )
        try:
            port = wait_for_port(process, Path(runtime), Path(log.name))
            yield Upstream(f"http://127.0.0.1:{port}", "this computer", token)
        finally:
            stop(process)


def options(folder: Path) -> list[str]:
    settings = {
        "ip": "127.0.0.1",
        "port": 0,
        "open_browser": False,
        "allow_root": True,  # it is root if we are
        "root_dir": folder,
    }
    return [f"--ServerApp.{name}={value}" for name, value in settings.items()]


def wait_for_port(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> int:
    """The port, which the server writes to its runtime folder as soon as it listens."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for file in runtime.glob("jpserver-*.json"):
            if port := json.loads(file.read_text("utf-8") or "{}").get("port"):
                return int(port)
        time.sleep(0.05)
    raise Unusable(
        f"The Jupyter Server did not start. Its log ends with:\n{log.read_text('utf-8')[-2000:]}"
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server, and with it its kernels."""
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:  # its shutdown can hang
        process.kill()
        process.wait()


if __name__ == "__main__":
    from jupyter_server.serverapp import main

    end_with_parent()
    main()

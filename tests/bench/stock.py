"""A stock Jupyter Server with ipykernel, and ours, for as long as a benchmark asks them."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .report import CACHE

LOCK = Path(__file__).with_name("requirements.txt")
STOCK = CACHE / "stock"
TOKEN = "bench"  # noqa: S105  of servers that live for minutes


@dataclass(frozen=True)
class Server:
    port: int
    process: int

    def resident(self) -> int:
        """Its memory, in kB."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process}/status").read_text())
        assert found
        return int(found[1])


@contextmanager
def stock(folder: Path, **options: object) -> Iterator[Server]:
    """The stock server over a folder, with options of its own by their names."""
    set_up()
    given = {
        "IdentityProvider.token": TOKEN,
        "ServerApp.root_dir": folder,
        "ServerApp.port": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        **options,
    }
    command: list[str | Path] = [STOCK / "bin/python", "-m", "jupyter_server"]
    command += [f"--{name}={value}" for name, value in given.items()]
    with serving(command, r"http://127\.0\.0\.1:(\d+)/") as server:
        yield server


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """Our server over a folder."""
    options = ["--no-browser", "--port", "0", "--token", TOKEN]
    command: list[str | Path] = [sys.executable, "-m", "wasmnb", "serve", folder, *options]
    with serving(command, r"Open http://127\.0\.0\.1:(\d+)/") as server:
        yield server


def set_up() -> None:
    """The stock server, in an environment of its own."""
    done = STOCK / LOCK.name
    if done.is_file() and done.read_text() == LOCK.read_text():
        return
    pip: list[str | Path] = [
        STOCK / "bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run(sys.executable, "-m", "venv", "--clear", STOCK)
    run(*pip, "--require-hashes", "-r", LOCK)
    done.write_text(LOCK.read_text())


def run(*command: str | Path) -> None:
    subprocess.run(list(map(str, command)), check=True)  # noqa: S603


@contextmanager
def serving(command: list[str | Path], address: str) -> Iterator[Server]:
    with (
        TemporaryDirectory() as home,
        (Path(home) / "log").open("w+") as log,
        subprocess.Popen(  # noqa: S603
            list(map(str, command)), stderr=subprocess.PIPE, text=True, env=alone(home)
        ) as process,
    ):
        assert process.stderr
        try:
            found = next(filter(None, (re.search(address, line) for line in process.stderr)))
            drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=log)  # noqa: S607
            until_open(port := int(found[1]))
            yield Server(port, process.pid)
        finally:
            end(process)
        drain.wait()


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:  # Jupyter's own shutdown has been seen to hang
        process.kill()
        process.wait()


def until_open(port: int) -> None:
    """Wait for a server that tells its address before it listens."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as connection:
            if not connection.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    sys.exit(f"The server at port {port} did not come up.")


def alone(home: str) -> dict[str, str]:
    """Nothing of the user who runs this takes part."""
    places = ("DATA", "CONFIG", "RUNTIME")
    return {**os.environ, "HOME": home, **{f"JUPYTER_{name}_DIR": home for name in places}}

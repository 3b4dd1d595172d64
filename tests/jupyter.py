"""A stock Jupyter Server with ipykernel, as someone else runs it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx

from .serving import DEADLINE

TOKEN = "a-token-that-stays-on-the-server"  # noqa: S105  of servers that live for minutes


@dataclass(frozen=True)
class Stock:
    """What the test itself asks that server."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def host(self) -> str:
        return self.url.split("/")[2]

    @property
    def kernel(self) -> str:
        """What its kernel is called in the page."""
        return f"Python 3 (ipykernel) on {self.host}"

    @property
    def options(self) -> list[str]:
        """How `wasmnb serve` is told of it."""
        return ["--jupyter", self.url, "--jupyter-token", TOKEN]

    def ask(self, method: str, where: str, **body: Any) -> Any:
        headers = {"Authorization": f"token {TOKEN}"}
        answer = httpx.request(
            method, self.url + where, headers=headers, json=body or None, timeout=DEADLINE
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def stock_jupyter(folder: Path, base_url: str = "/user/someone/") -> Iterator[Stock]:
    """Run it on a folder, by default below a path as JupyterHub's single-user servers are."""
    settings = {
        "port": 0,
        "open_browser": False,
        "allow_root": True,
        "root_dir": folder,
        "base_url": base_url,
    }
    options = [f"--ServerApp.{name}={value}" for name, value in settings.items()]
    with (
        TemporaryDirectory() as home,
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "jupyter_server", *options],
            env={**environ, **alone(home), "JUPYTER_TOKEN": TOKEN},
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        try:
            yield Stock(address(process, Path(home)), process)
        finally:
            process.kill()  # its kernels see that it is gone


def alone(home: str) -> dict[str, str]:
    """Nothing of the user who runs the tests takes part."""
    return {f"JUPYTER_{name}_DIR": home for name in ("DATA", "CONFIG", "RUNTIME")}


def address(process: subprocess.Popen[bytes], runtime: Path) -> str:
    """What it notes of itself when it listens."""
    deadline = monotonic() + DEADLINE
    while monotonic() < deadline:
        assert process.poll() is None, "The Jupyter Server did not start."
        for file in runtime.glob("jpserver-*.json"):
            if noted := file.read_text():
                return str(json.loads(noted)["url"])
        sleep(0.05)
    raise AssertionError("The Jupyter Server did not come up.")

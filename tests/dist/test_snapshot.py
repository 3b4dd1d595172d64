"""What is saved of Python depends on nothing but what it is made from."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "wasmnb" / "assets" / "pyodide"
MAKE = "import pathlib, sys, assets; assets.in_kernel(pathlib.Path(sys.argv[1]))"


def test_the_same_inputs_give_the_same_memory(tmp_path: Path) -> None:
    again = made(tmp_path / "another time, another place" / "snapshot")
    assert again == published("snapshot.bin")
    assert str(ROOT).encode() not in again


def test_the_same_inputs_give_the_same_parsed_stubs(tmp_path: Path) -> None:
    with ZipFile(BytesIO(published("sources.zip"))) as sources:
        kept = sources.read("site-packages/jedi-cache.zip")
    assert made(tmp_path / "jedi-cache") == kept


def made(folder: Path) -> bytes:
    subprocess.run([sys.executable, "-c", MAKE, folder], cwd=ROOT / "build" / "kernel", check=True)
    return (folder / f"{folder.name}.bin").read_bytes()


def published(name: str) -> bytes:
    files = json.loads((ASSETS / "manifest.json").read_text())["files"]
    path: str = files[name]["path"]
    return (ASSETS / path).read_bytes()

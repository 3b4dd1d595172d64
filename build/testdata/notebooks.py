"""Fetches the notebooks of others that the tests open and run, into .cache/notebooks.

Each pin in build/setup/pins.toml names a file of a release by its hash: a source archive, from
which the folders that hold notebooks are taken, or a wheel that some of the notebooks import. uv
finds the file's URL; it builds nothing, as the metadata of each release is in a wheel.
"""

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "notebooks"


def main() -> None:
    pins = tomllib.loads((ROOT / "build" / "setup" / "pins.toml").read_text())["notebooks"]
    filling = CACHE.with_name("notebooks.part")
    shutil.rmtree(filling, ignore_errors=True)
    for project, url in locate(pins):
        data = download(url, pins[project]["sha256"])
        if url.endswith(".whl"):
            put(filling / "wheels" / PurePosixPath(url).name, data)
        else:
            unpack(data, filling / project)
    shutil.rmtree(CACHE, ignore_errors=True)
    filling.rename(CACHE)


def locate(pins: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each project with the address of its pinned file, as the package index gives it."""
    requirements = "\n".join(f"{project}=={pin['version']}" for project, pin in pins.items())
    compile_lock = ["uv", "pip", "compile", "--no-deps", "--quiet", "--format", "pylock.toml", "-"]
    lock = subprocess.run(  # noqa: S603 - its arguments are the pins
        [sys.executable, "-m", *compile_lock, "--python", sys.executable],
        input=requirements, stdout=subprocess.PIPE, check=True, text=True,
    ).stdout  # fmt: skip
    for package in tomllib.loads(lock)["packages"]:
        yield package["name"], address(package, pins[package["name"]]["sha256"])


def address(package: dict[str, Any], sha256: str) -> str:
    files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
    for file in files:
        if file["hashes"]["sha256"] == sha256:
            return str(file["url"])
    sys.exit(f"{package['name']} {package['version']} has no file with the pinned hash {sha256}.")


def download(url: str, sha256: str) -> bytes:
    data = httpx.get(url, follow_redirects=True, timeout=60).raise_for_status().content
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        sys.exit(f"{url} has the hash {actual}, pinned is {sha256}.")
    return data


def unpack(archive: bytes, folder: Path) -> None:
    """Put the folders that hold notebooks, and all that lies in them, below that folder."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        paths = {PurePosixPath(file.name): file for file in files if file.isfile()}
        shelves = {path.parent for path in paths if path.suffix == ".ipynb"}
        for path, file in paths.items():
            if not shelves.isdisjoint(path.parents):
                inside = str(PurePosixPath(*path.parts[1:]))  # the archive's first is its name
                files.extract(file.replace(name=inside), folder, filter="data")


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    main()

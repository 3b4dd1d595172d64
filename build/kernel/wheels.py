"""The wheels that go into a kernel in the browser: the pinned ones, fetched, and our own, built."""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from wasmnb.site.packages.archive import EPOCH

ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "build" / "setup" / "pins.toml"
CORE = ROOT / "kernels" / "python"
CACHE = ROOT / ".cache" / "wheels"
COMPILED = "pyemscripten_2026_0_wasm32"  # by the ABI of our Pyodide, for the tests alone


def pinned(group: str) -> list[Path]:
    """The wheels of a group in pins.toml, from the cache or else from the package index."""
    pins = tomllib.loads(PINS.read_text())["wheels"][group]
    hashes = {pin["sha256"] for pin in pins.values()}
    if missing := hashes - cached(group).keys():
        download(
            CACHE / group, {name: pin for name, pin in pins.items() if pin["sha256"] in missing}
        )
    return sorted(path for sha256, path in cached(group).items() if sha256 in hashes)


def cached(group: str) -> dict[str, Path]:
    paths = (CACHE / group).glob("*.whl")
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in paths}


def download(folder: Path, pins: dict[str, dict[str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "wanted.txt"
    lines = (
        f"{name}=={pin['version']} --hash=sha256:{pin['sha256']}\n" for name, pin in pins.items()
    )
    wanted.write_text("".join(lines))
    fitting = ["--only-binary=:all:", "--implementation=cp", "--python-version=3.14"]
    fitting += ["--platform=any", "--abi=none", f"--platform={COMPILED}", "--abi=cp314"]
    how = ["--no-deps", "--require-hashes", "--quiet", "--disable-pip-version-check"]
    run("pip", "download", *fitting, *how, f"--requirement={wanted}", f"--dest={folder}")


def core() -> Path:
    """The kernel core as a wheel, built from its sources."""
    folder = CACHE / "core"
    shutil.rmtree(folder, ignore_errors=True)
    run("hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=CORE)
    [wheel] = folder.glob("*.whl")
    return wheel


def pack(tree: Path, folder: Path) -> None:
    """Makes a wheel of a wheel's unpacked tree, with a RECORD of what is in it now."""
    folder.mkdir(exist_ok=True)
    run("wheel", "pack", "--dest-dir", str(folder), str(tree))


def run(*arguments: str, cwd: Path = ROOT) -> None:
    """Runs one of Python's tools; what it says is only of interest when it fails."""
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}")

"""The wheels of a kernel in the browser: pinned ones, downloaded, and the core, built."""

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
COMPILED = "pyemscripten_2026_0_wasm32"  # for the tests only


def pinned(group: str) -> list[Path]:
    """The wheels of a group in pins.toml, from the cache or the package index."""
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
    requirements = folder / "requirements.txt"
    lines = (
        f"{name}=={pin['version']} --hash=sha256:{pin['sha256']}\n" for name, pin in pins.items()
    )
    requirements.write_text("".join(lines))
    platform = ["--only-binary=:all:", "--implementation=cp", "--python-version=3.14"]
    platform += ["--platform=any", "--abi=none", f"--platform={COMPILED}", "--abi=cp314"]
    options = ["--no-deps", "--require-hashes", "--quiet", "--disable-pip-version-check"]
    run("pip", "download", *platform, *options, f"--requirement={requirements}", f"--dest={folder}")


def core() -> Path:
    """The kernel core as a wheel, built from its sources."""
    folder = CACHE / "core"
    shutil.rmtree(folder, ignore_errors=True)
    run("hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=CORE)
    [wheel] = folder.glob("*.whl")
    return wheel


def pack(tree: Path, folder: Path) -> None:
    """Pack a wheel's unpacked tree again, with a RECORD of its present files."""
    folder.mkdir(exist_ok=True)
    run("wheel", "pack", "--dest-dir", str(folder), str(tree))


def run(*arguments: str, cwd: Path = ROOT) -> None:
    """Run a Python tool; its output is only shown when it fails."""
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

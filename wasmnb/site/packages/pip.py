"""Runs pip to download wheels for the browser's Python; its configuration names the index.

pip can download wheels of another platform, but evaluates environment markers for the Python that
it runs in (https://github.com/pypa/pip/issues/11664). So this module runs pip in a process of its
own, with the markers replaced by the kernel's.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from wasmnb.site.packages.preinstalled import TargetKernel


class Unresolved(Exception):
    """pip cannot meet the requirements; the message is pip's."""


def download(
    kernel: TargetKernel,
    requirements: Iterable[str],
    constraints: Iterable[str],
    folder: Path,
    *options: str,
) -> list[Path]:
    """Downloads wheels that meet the requirements, with dependencies, into a new folder."""
    folder.mkdir()
    lists = folder.with_name(f"{folder.name}-wanted.txt"), folder.with_name("constraints.txt")
    for file, lines in zip(lists, (requirements, constraints), strict=True):
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = ["download", f"--requirement={lists[0]}", f"--constraint={lists[1]}", *options]
    run(kernel, [*command, f"--dest={folder}", *platform_options(kernel)])
    return sorted(folder.glob("*.whl"))


def platform_options(kernel: TargetKernel) -> list[str]:
    """pip's options for wheels that are compatible with the kernel."""
    major, minor, *_ = kernel.python.split(".")
    return [
        "--only-binary=:all:",
        "--implementation=cp",
        f"--python-version={kernel.python}",
        *(f"--abi={abi}" for abi in (f"cp{major}{minor}", "abi3", "none")),
        *(f"--platform={each}" for each in (*kernel.platforms, "any")),
    ]


def run(kernel: TargetKernel, arguments: Sequence[str]) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    markers = json.dumps(kernel.markers)
    process = subprocess.run(  # noqa: S603  this Python, and this file
        [sys.executable, "-m", __name__, markers, *arguments, *quiet],
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise Unresolved(errors_of(process.stderr) or process.stdout)


def errors_of(text: str) -> str:
    """pip's errors, without its warnings and hints."""
    lines = (re.sub(r"^ERROR: ", "", line) for line in text.splitlines() if line.strip())
    return "\n".join(
        line for line in lines if not line.startswith(("WARNING", "[notice]", "hint", "To fix"))
    )


def main(arguments: list[str]) -> None:
    from pip._internal.cli.main import main as pip  # noqa: PLC0415  pip has no public API
    from pip._vendor.packaging import markers  # noqa: PLC0415

    environment = json.loads(arguments[0])
    for name in ("default_environment", "_cached_default_environment"):
        if hasattr(markers, name):
            setattr(markers, name, lambda: dict(environment))
    sys.exit(pip(arguments[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])

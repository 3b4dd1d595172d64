"""What can be known of Windows without one: see `windows`."""

import subprocess
import sys
from pathlib import Path

import pytest

from wasmnb.contents.paths import is_windows_name


def like_windows(*arguments: str) -> str:
    """What a Python says that lacks what Windows lacks."""
    done = subprocess.run(  # noqa: S603  a program of ours
        [sys.executable, "-m", "tests.portability.windows", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_can_be_imported_without_posix() -> None:
    modules = like_windows("import").split()
    assert {"wasmnb.cli.main", "wasmnb.site.build", "wasmnb_zmq.wasm"} <= set(modules)


def test_a_folder_is_served_without_posix(folder: Path) -> None:
    like_windows("serve", str(folder))


@pytest.mark.parametrize("name", ["a.txt", "console.log", "nul-values.csv", "COM", "a b", "é"])
def test_names_that_windows_takes(name: str) -> None:
    assert is_windows_name(name)


@pytest.mark.parametrize(
    "name",
    ["a\\b", "C:", "a.txt:stream", "NUL", "con.txt", "lpt1 .a.b", "a.", "a ", "a?", "a\x01", "a|b"],
)
def test_names_that_windows_takes_for_something_else(name: str) -> None:
    assert not is_windows_name(name)

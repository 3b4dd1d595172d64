"""The kernel's scripts are bundled again whenever something that they are made from has changed."""

import json
import subprocess
import sys
from typing import Any

from .test_snapshot import ROOT

PRINT_INPUTS = """import json, assets
bundles = [name.partition(".")[0] for name in assets.SCRIPT_NAMES]
print(json.dumps([bundles, list(map(str, assets.script_inputs()))]))"""


def test_every_file_in_a_bundle_is_an_input_of_it() -> None:
    bundles, inputs = printed([sys.executable, "-c", PRINT_INPUTS])
    files = printed(["node", "../bundle.mjs", "--list", *bundles])
    packages = str(ROOT / "web" / "node_modules")
    own = {file for file in files if not file.startswith(packages)}
    assert str(ROOT / "kernels" / "overlay.ts") in own
    assert own <= set(inputs)


def test_the_packages_in_a_bundle_are_inputs_by_their_lock_file() -> None:
    _, inputs = printed([sys.executable, "-c", PRINT_INPUTS])
    assert str(ROOT / "web" / "package-lock.json") in inputs


def printed(command: list[str]) -> Any:
    """The JSON that a command prints."""
    folder = ROOT / "build" / "kernel"
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)

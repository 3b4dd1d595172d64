"""`wasmnb kernelspec install`: tells the Jupyter on this machine of our kernels.

https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir

WASM = "python-wasm"
NATIVE = "wasmnb-native"


class CannotInstall(Exception):
    """A kernelspec cannot be put where it was asked for, or could not be started from there."""


@dataclass(frozen=True)
class Spec:
    """A kernel as Jupyter lists and starts it."""

    name: str
    display_name: str
    module: str
    """The Python module that is run, with the connection file."""
    needs: tuple[str, ...]
    """Modules that the extra `kernel` brings."""

    def content(self, *options: str) -> dict[str, Any]:
        """What its kernel.json says."""
        return {
            "argv": [sys.executable, "-m", self.module, "-f", "{connection_file}", *options],
            "display_name": self.display_name,
            "language": "python",
            # On Windows Jupyter has no signal to send, but sets an event for the kernel to poll.
            "interrupt_mode": "message" if os.name == "nt" else "signal",
            "metadata": {"debugger": False},
        }


SPECS = {
    "wasm": Spec(WASM, "Python (WebAssembly)", "wasmnb_zmq.wasm", ("zmq",)),
    "native": Spec(
        NATIVE, "Python (wasmnb without WebAssembly)", "wasmnb_zmq", ("zmq", "IPython", "comm")
    ),
}


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `kernelspec install` to a command line; `run` among its results does it."""
    kernelspec = commands.add_parser("kernelspec", help="use our kernels in another Jupyter")
    actions = kernelspec.add_subparsers(required=True, metavar="ACTION")
    installing = actions.add_parser(
        "install",
        help="tell the Jupyter on this machine of a kernel",
        description="Tell the Jupyter on this machine of a kernel; "
        "`jupyter kernelspec remove` undoes it.",
    )
    add = installing.add_argument
    add("--name", help="what `jupyter console --kernel` and others call it")
    what = installing.add_mutually_exclusive_group()
    what.add_argument("--folder", type=Path, help="what Python sees of this machine's files")
    what.add_argument(
        "--native",
        action="store_true",
        help="the same kernel without WebAssembly and its walls, to compare with",
    )
    where = installing.add_mutually_exclusive_group()
    where.add_argument("--user", action="store_true", help="for this user (the default)")
    where.add_argument("--sys-prefix", action="store_true", help="for the environment of wasmnb")
    where.add_argument("--prefix", type=Path, help="below this folder, in share/jupyter")
    installing.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Install as the command line says."""
    spec = SPECS["native" if options.native else "wasm"]
    if missing := [name for name in spec.needs if find_spec(name) is None]:
        raise CannotInstall(
            f"{spec.display_name} cannot run here: {', '.join(missing)} is not installed. "
            "Install wasmnb[kernel]."
        )
    seen = ["--folder", str(options.folder.resolve())] if options.folder else []
    folder = install(spec, options.name or spec.name, data_folder(options), *seen)
    print(f"{spec.display_name} is installed: {folder}")


def data_folder(options: argparse.Namespace) -> Path:
    """Where the kernelspec is asked to go."""
    if options.sys_prefix:
        return Path(sys.prefix, "share", "jupyter")
    if options.prefix:
        return Path(options.prefix, "share", "jupyter").absolute()
    return Path(jupyter_data_dir())


def install(spec: Spec, name: str, data: Path, *options: str) -> Path:
    """Put a kernelspec below Jupyter's data; the folder that it has there."""
    folder = data / "kernels" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kernel.json").write_text(json.dumps(spec.content(*options), indent=1) + "\n")
    except OSError as error:
        raise CannotInstall(
            f"The kernel cannot be installed in {folder}: {error.strerror}. "
            "Name another place with --prefix."
        ) from error
    return folder

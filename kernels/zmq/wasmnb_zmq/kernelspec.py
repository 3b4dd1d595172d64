"""`wasmnb kernelspec install`: installs our kernels into the Jupyter on this machine.

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
    """A kernelspec cannot be installed; the sentence says why and what to do."""


@dataclass(frozen=True)
class Spec:
    """The specification of a kernel, as Jupyter lists and starts it."""

    name: str
    display_name: str
    module: str
    """The Python module to run with the connection file."""
    needs: tuple[str, ...]
    """Required modules, which the extra `kernel` installs."""

    def content(self, *options: str) -> dict[str, Any]:
        """The content of its kernel.json."""
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
    """Add `kernelspec install` to a command line; its option `run` executes it."""
    kernelspec = commands.add_parser("kernelspec", help="use our kernels in another Jupyter")
    actions = kernelspec.add_subparsers(required=True, metavar="ACTION")
    installing = actions.add_parser(
        "install",
        help="install a kernel into the Jupyter on this machine",
        description="Install a kernel into the Jupyter on this machine; "
        "`jupyter kernelspec remove` uninstalls it.",
    )
    add = installing.add_argument
    add("--name", help="the name for `jupyter console --kernel` and others")
    what = installing.add_mutually_exclusive_group()
    what.add_argument(
        "--folder", type=Path, help="the folder of this machine that Python can access"
    )
    what.add_argument(
        "--native",
        action="store_true",
        help="the same kernel without WebAssembly and its sandbox, for comparison",
    )
    where = installing.add_mutually_exclusive_group()
    where.add_argument("--user", action="store_true", help="for this user (the default)")
    where.add_argument("--sys-prefix", action="store_true", help="for the environment of wasmnb")
    where.add_argument("--prefix", type=Path, help="below this folder, in share/jupyter")
    installing.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run the command."""
    spec = SPECS["native" if options.native else "wasm"]
    if missing := [name for name in spec.needs if find_spec(name) is None]:
        raise CannotInstall(
            f"{spec.display_name} cannot run here: {', '.join(missing)} is not installed. "
            "Install wasmnb[kernel]."
        )
    folder_option = ["--folder", str(options.folder.resolve())] if options.folder else []
    folder = install(spec, options.name or spec.name, data_folder(options), *folder_option)
    print(f"{spec.display_name} is installed: {folder}")


def data_folder(options: argparse.Namespace) -> Path:
    """The data folder of Jupyter that the options select."""
    if options.sys_prefix:
        return Path(sys.prefix, "share", "jupyter")
    if options.prefix:
        return Path(options.prefix, "share", "jupyter").absolute()
    return Path(jupyter_data_dir())


def install(spec: Spec, name: str, data: Path, *options: str) -> Path:
    """Write a kernelspec into a data folder; returns its own folder there."""
    folder = data / "kernels" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kernel.json").write_text(json.dumps(spec.content(*options), indent=1) + "\n")
    except OSError as error:
        raise CannotInstall(
            f"The kernel cannot be installed in {folder}: {error.strerror}. "
            "Choose another folder with --prefix."
        ) from error
    return folder

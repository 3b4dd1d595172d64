"""The `wasmnb` command: its subcommands, and how their errors are shown."""

import argparse
import sys
from collections.abc import Sequence

from wasmnb_zmq import kernelspec

from wasmnb import __version__
from wasmnb.cli import build, compare, serve
from wasmnb.contents.errors import Problem
from wasmnb.errors import Unusable


def main(arguments: Sequence[str] | None = None) -> None:
    """The `wasmnb` command."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except (Unusable, Problem, kernelspec.CannotInstall) as error:
        sys.exit(f"wasmnb: {error}")


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="wasmnb", description="Jupyter in the browser.")
    whole.add_argument("--version", action="version", version=__version__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    serve.add_command(commands)
    build.add_command(commands)
    compare.add_command(commands)
    kernelspec.add_command(commands)
    return whole

"""The `wasmnb` command: its subcommands; errors of the user's input end it with one line."""

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
    options = argument_parser().parse_args(arguments)
    try:
        options.run(options)
    except (Unusable, Problem, kernelspec.CannotInstall) as error:
        sys.exit(f"wasmnb: {error}")


def argument_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wasmnb", description="Jupyter notebooks whose Python runs in the browser."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve.add_command(commands)
    build.add_command(commands)
    compare.add_command(commands)
    kernelspec.add_command(commands)
    return parser

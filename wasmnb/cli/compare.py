"""The `wasmnb compare` command: its options, and the check for its optional packages."""

import argparse
from importlib import import_module
from pathlib import Path

from wasmnb.errors import Unusable

MISSING = "`wasmnb compare` needs more packages; run: pip install 'wasmnb[compare,kernel]'"


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    comparing = commands.add_parser(
        "compare",
        help="compare the browser's kernel with a server's",
        description="Run notebooks on the browser's kernel and on a server's. Report how long each "
        "takes, and where their outputs differ.",
        epilog="The exit code is 1 if outputs differ. Cells with the tag nbval-ignore-output may "
        "differ.",
    )
    add = comparing.add_argument
    add("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    add(
        "-o",
        "--output",
        type=Path,
        default=Path("comparison.html"),
        metavar="FILE",
        help="report to write, with its figures in a .json file (default: comparison.html)",
    )
    add(
        "--rounds",
        type=rounds,
        default=3,
        metavar="N",
        help="number of times to start each kernel, in turns (default: 3)",
    )
    add(
        "--native",
        action="store_true",
        help="also run wasmnb's kernel in CPython, to separate out the cost of WebAssembly",
    )
    add("--allow-different", action="store_true", help="exit with 0 even if outputs differ")
    comparing.set_defaults(run=run_compare)


def rounds(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rounds; give 1 or more")
    return number


def run_compare(options: argparse.Namespace) -> None:
    try:
        compare = import_module("wasmnb.compare.run").compare
    except ModuleNotFoundError as error:
        raise Unusable(MISSING) from error
    compare(options)

"""The `wasmnb compare` command: its arguments, and the packages that it needs besides."""

import argparse
from importlib import import_module
from pathlib import Path

from wasmnb.errors import Unusable

MISSING = (
    "`wasmnb compare` needs packages that are not installed; run: pip install "
    "'wasmnb[compare,kernel]'"
)


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    comparing = commands.add_parser(
        "compare",
        help="measure notebooks in the browser's Python and in a server's",
        description="Run notebooks on the browser's kernel and on a server's, and report what each "
        "takes and where their outputs differ.",
        epilog="Exit code 1 says that outputs differ. A cell with the tag nbval-ignore-output may.",
    )
    add = comparing.add_argument
    add("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    add(
        "-o",
        "--output",
        type=Path,
        default=Path("comparison.html"),
        metavar="FILE",
        help="the report, with figures beside it in .json (default: comparison.html)",
    )
    add(
        "--rounds",
        type=rounds,
        default=3,
        metavar="N",
        help="start each kernel that often, in turns (default: 3)",
    )
    add(
        "--native",
        action="store_true",
        help="also our kernel in plain CPython, which tells the cost of WebAssembly from the rest",
    )
    add("--allow-different", action="store_true", help="exit with 0 also if outputs differ")
    comparing.set_defaults(run=run_compare)


def rounds(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rounds; give 1 or more")
    return number


def run_compare(options: argparse.Namespace) -> None:
    try:
        compare = import_module("wasmnb.compare.run").compare
    except ModuleNotFoundError as error:
        raise Unusable(MISSING) from error
    compare(options)

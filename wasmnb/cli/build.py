"""The `wasmnb build` command: its arguments, and the packages that it needs besides."""

import argparse
import os
from importlib import import_module

from wasmnb.errors import Unusable
from wasmnb.site.config import LIMIT, is_limit, single_config, site_config

MISSING = "`wasmnb build` needs packages that are not installed; run: pip install 'wasmnb[build]'"


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    building = commands.add_parser(
        "build",
        help="make a site of a folder of notebooks",
        description="Make a site of a folder of notebooks, to be put on any host of static files.",
    )
    add = building.add_argument
    add("folder", nargs="?", default=".", metavar="FOLDER", help="(default: .)")
    add("-o", "--output", metavar="SITE", help="where to put it (default: FOLDER/site)")
    add("--title", help="what the site is called (default: the project's or folder's name)")
    add("--description", help="what it is about, in a sentence")
    add("--language", help="the language that the notebooks are written in (default: en)")
    add("--exclude", action="append", metavar="PATTERN", help="leave files out, as in 'drafts/*'")
    add("--index", metavar="URL", help="package index that %%pip asks in notebooks")
    add(
        "--pyodide",
        metavar="PLACE",
        help="take packages, and Python where it is another, from the Pyodide distribution in that "
        "folder, archive or at that address",
    )
    add(
        "--allow-missing",
        action="store_true",
        help="build although packages that the notebooks import cannot be had",
    )
    add("--upgrade", action="store_true", help="look for newer packages than wasmnb.lock has")
    add("--execute", action="store_true", help="run the notebooks first, in the browser's Python")
    add(
        "--allow-errors",
        action="store_true",
        help="with --execute: build although a notebook fails",
    )
    add(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="with --execute: how long a cell may run (default: -1, as long as it takes)",
    )
    add(
        "--bake",
        action=argparse.BooleanOptionalAction,
        help="have what notebooks import in the memory that kernels start from (default: yes); "
        "--bake tries also what has failed before",
    )
    add(
        "--single-file",
        metavar="NOTEBOOK",
        help="make one file of one notebook, which opens from a disk (-o FILE.html)",
    )
    building.epilog = "The same options may stand under [tool.wasmnb] in FOLDER/pyproject.toml."
    building.set_defaults(run=run_build)


def seconds(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not is_limit(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not {LIMIT}")
    return number


def run_build(options: argparse.Namespace) -> None:
    settle, build = (
        (single_config, "build_single_file") if options.single_file else (site_config, "build_site")
    )
    config = settle(options, os.environ)
    try:
        builders = import_module("wasmnb.site.build")
    except ModuleNotFoundError as error:
        raise Unusable(MISSING) from error
    getattr(builders, build)(config)

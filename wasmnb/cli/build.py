"""The `wasmnb build` command: its options, and the check for its optional packages."""

import argparse
import os
from importlib import import_module

from wasmnb.errors import Unusable
from wasmnb.site.config import LIMIT, is_limit, single_config, site_config

MISSING = "`wasmnb build` needs more packages; run: pip install 'wasmnb[build]'"


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    building = commands.add_parser(
        "build",
        help="build a static site from a folder of notebooks",
        description="Build a static site from a folder of notebooks, for any static web host.",
    )
    add = building.add_argument
    add("folder", nargs="?", default=".", metavar="FOLDER", help="folder of notebooks (default: .)")
    add("-o", "--output", metavar="SITE", help="folder to write the site to (default: FOLDER/site)")
    add("--title", help="title of the site (default: the name of the project or folder)")
    add("--description", help="description of the site, in one sentence")
    add("--language", help="language of the notebooks' text (default: en)")
    add(
        "--exclude",
        action="append",
        metavar="PATTERN",
        help="files to leave out, such as 'drafts/*'",
    )
    add("--index", metavar="URL", help="package index that %%pip uses in notebooks")
    add(
        "--pyodide",
        metavar="PLACE",
        help="folder, archive or URL of a Pyodide distribution; packages come from it, and Python, "
        "too, if its version differs",
    )
    add(
        "--allow-missing",
        action="store_true",
        help="build even if packages that the notebooks import are not available",
    )
    add(
        "--upgrade",
        action="store_true",
        help="use the newest packages instead of those in wasmnb.lock",
    )
    add("--execute", action="store_true", help="run the notebooks first, with the browser's Python")
    add(
        "--allow-errors",
        action="store_true",
        help="with --execute: build even if a notebook fails",
    )
    add(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="with --execute: time limit for each cell (default: -1, no limit)",
    )
    add(
        "--bake",
        action=argparse.BooleanOptionalAction,
        help="import the notebooks' packages into the snapshot that kernels start from (default: "
        "yes); --bake also retries packages that failed before",
    )
    add(
        "--single-file",
        metavar="NOTEBOOK",
        help="build one HTML file from one notebook; it opens from a disk (-o FILE.html)",
    )
    building.epilog = "The same options can be set under [tool.wasmnb] in FOLDER/pyproject.toml."
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
    read_config, build = (
        (single_config, "build_single_file") if options.single_file else (site_config, "build_site")
    )
    config = read_config(options, os.environ)
    try:
        builders = import_module("wasmnb.site.build")
    except ModuleNotFoundError as error:
        raise Unusable(MISSING) from error
    getattr(builders, build)(config)

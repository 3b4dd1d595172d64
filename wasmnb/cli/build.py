"""The `wasmnb build` command: its options, and the check for its optional packages."""

import argparse
import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from msgspec import ValidationError

from wasmnb.errors import Unusable
from wasmnb.site.config import single_config, site_config
from wasmnb.site.options import OPTIONS, Option

MISSING = "`wasmnb build` needs more packages; run: pip install 'wasmnb[build]'"


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    building = commands.add_parser(
        "build",
        help="build a static site from a folder of notebooks",
        description="Build a static site from a folder of notebooks, for any static web host.",
    )
    add = building.add_argument
    add("folder", nargs="?", default=".", metavar="FOLDER", help="folder of notebooks (default: .)")
    for option in OPTIONS.values():
        add_option(building, option)
    add(
        "--single-file",
        metavar="NOTEBOOK",
        help="build one HTML file from one notebook; it opens from a disk (-o FILE.html)",
    )
    building.epilog = "The same options can be set under [tool.wasmnb] in FOLDER/pyproject.toml."
    building.set_defaults(run=run_build)


def add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    """Adds the argument for an option; None if it is not given, so that pyproject.toml counts."""
    names = [*filter(None, [option.short]), f"--{option.name}"]
    parser.add_argument(
        *names,
        dest=option.field,
        default=None,
        help=option.help.replace("%", "%%"),
        **ARGUMENTS[type(option.default)](option),
    )


def value(option: Option) -> dict[str, Any]:
    return {"metavar": option.metavar}


def number(option: Option) -> dict[str, Any]:
    def read(text: str) -> Any:
        try:
            return option.read(text, is_text=True)
        except ValidationError as error:
            raise argparse.ArgumentTypeError(f"{text!r} is not {option.expected}") from error

    return {"type": read, "metavar": option.metavar}


def values(option: Option) -> dict[str, Any]:
    return {"action": "append", "metavar": option.metavar}


def switch(option: Option) -> dict[str, Any]:
    return {"action": argparse.BooleanOptionalAction if option.default else "store_true"}


# How an argument is read, by the type of the option's default.
ARGUMENTS: Mapping[type, Callable[[Option], dict[str, Any]]] = {
    type(None): value,
    str: value,
    int: number,
    tuple: values,
    bool: switch,
}


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

"""Prints docs/reference/command-line.md, made from the parser that reads the command line."""

import argparse
import re
from collections.abc import Iterator

from wasmnb.cli.main import argument_parser

HEAD = """\
# Command line

<!-- Made from the code by `make docs`; edit the help texts of the options instead. -->

`wasmnb COMMAND --help` prints the same. Options of `wasmnb serve` are named as in `jupyter lab`,
where it has the same one. See also [Configuration](configuration.md), for options of
`wasmnb build` in `pyproject.toml`, and [Environment variables](environment-variables.md).
"""


def page() -> str:
    whole = argument_parser()
    sections = [section(command) for command in commands(whole)]
    return "\n".join([HEAD, "## `wasmnb`\n", table(whole), *sections]).rstrip() + "\n"


def commands(whole: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of all commands that do something, in the order in which --help lists them."""
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                nested = list(commands(command))
                yield from nested or [command]


def section(command: argparse.ArgumentParser) -> str:
    parts = [f"## `{command.prog}`\n", *texts(command.description), table(command)]
    return "\n".join([*parts, *texts(command.epilog)])


def texts(text: str | None) -> list[str]:
    return [f"{text}\n"] if text else []


def table(command: argparse.ArgumentParser) -> str:
    """A row for each argument and option."""
    rows = [
        f"| {spelling(action)} | {meaning(action)} |"
        for action in command._actions
        if not isinstance(action, argparse._SubParsersAction)
    ]
    return "\n".join(["| option | meaning |", "|---|---|", *rows, ""])


def spelling(action: argparse.Action) -> str:
    """An option with the name of its value, as it is typed."""
    value = f" {value_name(action)}" if action.nargs != 0 else ""
    if action.option_strings:
        return ", ".join(f"`{option}{value}`" for option in action.option_strings)
    several = "..." if action.nargs in ("*", "+") else ""
    return f"`{value_name(action)}{several}`"


def value_name(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    if action.choices:
        return "{" + ",".join(map(str, action.choices)) + "}"
    return action.dest.upper()


def meaning(action: argparse.Action) -> str:
    """Its help text, as a cell of a table."""
    text = (action.help or "").replace("%%", "%").replace("|", "\\|")
    return re.sub(r"\$([A-Z_]+)", r"`$\1`", text)


if __name__ == "__main__":
    print(page(), end="")

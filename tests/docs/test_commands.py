"""Commands and options in the documents are those of the program."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

from wasmnb.cli.main import argument_parser
from wasmnb.site.options import OPTIONS

from .pages import PAGES, ROOT, code_spans, fences, table, text

SOURCES = ("wasmnb/**/*.py", "kernels/**/*.py", "kernels/**/*.ts")
ENVIRONMENT = re.compile(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"|VARIABLE = \"([A-Z_]+)\"")
OURS = re.compile(r"\bWASMNB_[A-Z_]+\b")


def commands(page: str) -> Iterator[str]:
    """Each `wasmnb ...` in shell blocks, workflows and running text."""
    lines = [
        line
        for kind in ("sh", "yaml")
        for block in fences(page, kind)
        for line in block.splitlines()
    ]
    for line in [*lines, *code_spans(page)]:
        found = re.match(r"(?:\s*- run: )?(wasmnb (?!COMMAND).*)", line)
        if found:
            yield found[1].partition(" # ")[0].strip()


@pytest.mark.parametrize("document", PAGES)
def test_every_command_is_understood(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    whole = argument_parser()
    for command in commands(document):
        words = shlex.split(command)[1:]
        if len(words) == 1 or words == ["kernelspec", "install"]:
            continue  # it is named, not called
        try:
            whole.parse_args(words)
        except SystemExit as end:
            assert end.code == 0, f"{document}: {command}: {capsys.readouterr().err}"


def test_the_reference_of_the_command_line_is_what_the_parser_says() -> None:
    made = subprocess.run(
        [sys.executable, "build/docs/command_line.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert text("docs/reference/command-line.md") == made, "run `make docs`"


def test_the_reference_of_the_configuration_has_every_option_and_no_other() -> None:
    rows = {row[0].strip("`"): row for row in table("docs/reference/configuration.md", "Name")}
    in_file = {name: option for name, option in OPTIONS.items() if option.in_file}
    assert rows.keys() == in_file.keys()
    defaults = {name: re.fullmatch("`(.+)`", row[3]) for name, row in rows.items()}
    for name, literal in defaults.items():
        if literal and name != "output":  # which depends on the folder
            assert tomllib.loads(f"default = {literal[1]}")["default"] == in_file[name].default
    only_on_the_line = {f"--{name}" for name in OPTIONS.keys() - in_file.keys()}
    assert only_on_the_line <= set(code_spans("docs/reference/configuration.md"))


def test_the_reference_has_every_environment_variable_and_no_other() -> None:
    rows = table("docs/reference/environment-variables.md", "Variable")
    documented = {row[0].strip("`") for row in rows}
    sources = "\n".join(file.read_text() for pattern in SOURCES for file in ROOT.glob(pattern))
    read = {name for names in ENVIRONMENT.findall(sources) for name in names if name}
    assert documented >= read | set(OURS.findall(sources))
    assert not [name for name in documented if name not in sources]

"""Imports and `pip install` commands in the code of a notebook."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement

# Cell magics whose cell is Python; other cells are in other languages.
PYTHON_MAGICS = ("capture", "debug", "prun", "time", "timeit")
CELL_MAGIC = re.compile(r"\s*%%(\w+).*\n?")
MAGIC_LINE = re.compile(r"^(\s*)(?:%{1,2}[A-Za-z_]|!|\?|.*\?\s*$).*$", re.M)
MAGIC_VALUE = re.compile(r"^(\s*[\w ,]+=\s*)(?:%[A-Za-z_]|!).*$", re.M)
INSTALLING = re.compile(
    r"^\s*[%!]?\s*(?:python3? -m )?(?:uv )?pip3? install (.+?)\s*(?:#.*)?$", re.M
)
WITH_VALUE = ("-c", "-f", "-i", "-t", "--extra-index-url", "--find-links", "--index-url")
CAUGHT = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}

# https://packaging.python.org/en/latest/specifications/inline-script-metadata/
SCRIPT = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def imports_of(source: str) -> list[str]:
    """The top-level modules that the code requires, in order."""
    return list(dict.fromkeys(name.partition(".")[0] for name, _ in statements_of(source)))


def statements_of(source: str) -> list[tuple[str, list[str]]]:
    """The imported modules, each with the names imported from it."""
    visitor = Imports()
    if tree := parsed(source):
        visitor.visit(tree)
    return visitor.found


def parsed(source: str) -> ast.AST | None:
    """The syntax tree; None if the code is not valid Python."""
    if magic := CELL_MAGIC.match(source):
        if magic[1] not in PYTHON_MAGICS:
            return None
        source = source[magic.end() :]
    for text in (source, MAGIC_LINE.sub(r"\1pass", MAGIC_VALUE.sub(r"\1None", source))):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError):
            pass
    return None


class Imports(ast.NodeVisitor):
    """Collects imports, except optional ones, whose failure is caught."""

    def __init__(self) -> None:
        self.found: list[tuple[str, list[str]]] = []

    def visit_Import(self, node: ast.Import) -> None:
        self.found += ((alias.name, []) for alias in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module and not node.level:
            self.found.append((node.module, [alias.name for alias in node.names]))

    def visit_Try(self, node: ast.Try) -> None:
        tried = [] if any(map(catches_import, node.handlers)) else node.body
        for each in [*tried, *node.handlers, *node.orelse, *node.finalbody]:
            self.visit(each)

    def visit_If(self, node: ast.If) -> None:
        if not ast.unparse(node.test).endswith("TYPE_CHECKING"):
            self.generic_visit(node)


def catches_import(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(CAUGHT & set(re.findall(r"\w+", ast.unparse(handler.type))))


def installs_of(source: str) -> Iterator[str]:
    """The requirements of `%pip install` commands."""
    for found in INSTALLING.finditer(source):
        try:
            words = shlex.split(found[1])
        except ValueError:  # unbalanced quotes
            continue
        for before, word in zip(["", *words], words, strict=False):
            if before not in WITH_VALUE and is_requirement(word):
                yield word


def is_requirement(text: str) -> bool:
    try:
        Requirement(text)
    except InvalidRequirement:
        return False
    return not text.endswith((".whl", ".txt"))


def script_requirements(source: str) -> list[str]:
    """The dependencies in a cell's script metadata (PEP 723); ValueError if those are no TOML."""
    found = SCRIPT.search(source)
    if not found:
        return []
    lines = found["content"].splitlines()
    table = tomllib.loads("\n".join(line[2:] if line[1:2] == " " else line[1:] for line in lines))
    return [str(each) for each in table.get("dependencies", [])]

"""A digest of the code that makes something, so that a cache is valid for one state of it.

The code is found by its imports, from the module that does the work: a module that comes to take
part, or moves, is part of the digest without being listed. Only modules that take no part in the
result are listed, `without` which (and what they alone import) the digest is taken: those that
just deliver inputs, which have hashes of their own.
"""

import ast
from collections.abc import Collection, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import wasmnb

ROOT = Path(wasmnb.__file__).parent.parent


@cache
def code_digest(module: str, *, without: Collection[str] = frozenset()) -> str:
    """Changes with the source of each of our modules that the one of that name works with."""
    found = modules(module, without)
    return sha256(
        b"".join(sha256(found[it].read_bytes()).digest() for it in sorted(found))
    ).hexdigest()


def modules(module: str, without: Collection[str]) -> dict[str, Path]:
    """The module and those that it imports, directly or not, with their files."""
    for name in without:
        if source_of(name) is None:
            raise ModuleNotFoundError(f"There is no module {name!r} to leave out.", name=name)
    found: dict[str, Path] = {}
    todo = {module}
    while todo:
        name = todo.pop()
        if name not in found and name not in without and (file := source_of(name)):
            found[name] = file
            todo |= set(imports_of(file))
    return found


def imports_of(file: Path) -> Iterator[str]:
    """The names of modules that a source imports, and of other things, which have no file."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def source_of(module: str) -> Path | None:
    """The file of a module of ours."""
    if module.partition(".")[0] != wasmnb.__name__:
        return None
    path = ROOT.joinpath(*module.split("."))
    return next(filter(Path.is_file, (path.with_suffix(".py"), path / "__init__.py")), None)

"""Which modules a cell imports, and which of them are not there yet."""

import ast
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path


def missing_imports(code: str) -> list[str]:
    """Top-level modules that cannot be imported as things are, and are to be.

    The code imports them, or a module of the user's does that it imports: one beside the notebook.
    """
    found: dict[str, bool] = {}
    new = [code]
    while new:
        for name in set(imports_of(new.pop())) - found.keys():
            found[name] = _importable(name)
            if found[name] and name not in sys.modules:
                new += _own_sources(name)
    return sorted(name for name, importable in found.items() if not importable)


def imports_of(code: str) -> Iterator[str]:
    """Top-level modules that the code imports, also in the body of a cell magic."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):  # not Python, or not yet: running it will say so
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name.partition(".")[0] for alias in node.names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.Call(
                func=ast.Attribute(attr="run_cell_magic"),
                args=[_, _, ast.Constant(value=str(body))],
            ):
                yield from imports_of(body)


def _importable(name: str) -> bool:
    return name in sys.modules or find_spec(name) is not None


def _own_sources(name: str) -> Iterator[str]:
    """The sources of a module that lies where the notebook does."""
    spec = find_spec(name)
    origin = Path(spec.origin) if spec and spec.origin else Path()
    if origin.suffix != ".py" or not origin.is_relative_to(Path.cwd()):
        return
    files = origin.parent.rglob("*.py") if origin.stem == "__init__" else [origin]
    for file in files:
        with suppress(OSError, ValueError):  # importing it will say so
            yield file.read_text(encoding="utf-8")

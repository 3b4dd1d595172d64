"""Which modules a cell imports, and which of them are not there yet."""

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec


def missing_imports(code: str) -> list[str]:
    """Top-level modules that the code imports and that cannot be imported as things are."""
    return sorted(name for name in set(imports_of(code)) if not _importable(name))


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

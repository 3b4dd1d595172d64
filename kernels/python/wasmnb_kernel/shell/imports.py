"""Finds the modules that a cell imports, and those among them that are missing."""

import ast
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path


def missing_imports(code: str) -> list[str]:
    """Top-level modules that the code imports and that cannot be imported yet.

    Includes imports of the user's own modules next to the notebook.
    """
    importable: dict[str, bool] = {}
    new = [code]
    while new:
        for name in set(imports_of(new.pop())) - importable.keys():
            importable[name] = _importable(name)
            if importable[name] and name not in sys.modules:
                new += _own_sources(name)
    return sorted(name for name, is_there in importable.items() if not is_there)


def imports_of(code: str) -> Iterator[str]:
    """Top-level modules that the code imports, also in the body of a cell magic."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):  # running it will report it
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
    """The sources of a module in the notebook's folder."""
    spec = find_spec(name)
    origin = Path(spec.origin) if spec and spec.origin else Path()
    if origin.suffix != ".py" or not origin.is_relative_to(Path.cwd()):
        return
    files = origin.parent.rglob("*.py") if origin.stem == "__init__" else [origin]
    for file in files:
        with suppress(OSError, ValueError):  # importing it will report it
            yield file.read_text(encoding="utf-8")

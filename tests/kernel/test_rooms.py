"""The core knows no browser: one file speaks to it, every other runs in any Python."""

import ast
from pathlib import Path

import pytest
import wasmnb_kernel
from wasmnb_kernel.io.signals import INTERRUPTIBLE_WAITS, UNINTERRUPTIBLE
from wasmnb_kernel.shell.imports import imports_of

FOLDER = Path(wasmnb_kernel.__file__).parent


FILES = {file.relative_to(FOLDER).as_posix(): file for file in FOLDER.rglob("*.py")}


@pytest.mark.parametrize("file", sorted(FILES.keys() - {"hosts/browser.py"}))
def test_a_file_of_the_core_imports_nothing_of_the_browser(file: str) -> None:
    modules = set(imports_of(FILES[file].read_text()))
    assert not modules & {"js", "pyodide", "pyodide_js", "zmq", "ipykernel"}


MODULES = {
    f"wasmnb_kernel.{name.removesuffix('.py').replace('/', '.')}": file
    for name, file in FILES.items()
}


def test_the_modules_that_an_interrupt_may_not_stop_exist() -> None:
    assert MODULES.keys() >= UNINTERRUPTIBLE


@pytest.mark.parametrize("name", sorted(INTERRUPTIBLE_WAITS))
def test_the_waits_that_an_interrupt_may_stop_are_functions_of_these_modules(name: str) -> None:
    trees = (ast.parse(MODULES[module].read_text()) for module in UNINTERRUPTIBLE)
    functions = (node for tree in trees for node in ast.walk(tree))
    assert any(isinstance(node, ast.FunctionDef) and node.name == name for node in functions)

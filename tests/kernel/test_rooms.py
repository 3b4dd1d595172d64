"""The core knows no browser: one file speaks to it, every other runs in any Python."""

from pathlib import Path

import pytest
import wasmnb_kernel
from wasmnb_kernel.io.signals import CARRIERS
from wasmnb_kernel.shell.imports import imports_of

FOLDER = Path(wasmnb_kernel.__file__).parent


FILES = {file.relative_to(FOLDER).as_posix(): file for file in FOLDER.rglob("*.py")}


@pytest.mark.parametrize("file", sorted(FILES.keys() - {"hosts/browser.py"}))
def test_a_file_of_the_core_imports_nothing_of_the_browser(file: str) -> None:
    modules = set(imports_of(FILES[file].read_text()))
    assert not modules & {"js", "pyodide", "pyodide_js", "zmq", "ipykernel"}


def test_what_an_interrupt_may_not_stop_is_named_by_modules_that_there_are() -> None:
    modules = {f"wasmnb_kernel.{file.removesuffix('.py').replace('/', '.')}" for file in FILES}
    assert modules >= CARRIERS

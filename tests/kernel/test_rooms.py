"""The core knows no browser: one file speaks to it, every other runs in any Python."""

from pathlib import Path

import pytest
import wasmnb_kernel
from wasmnb_kernel.imports import imports_of

FOLDER = Path(wasmnb_kernel.__file__).parent


@pytest.mark.parametrize(
    "file", sorted(f.name for f in FOLDER.glob("*.py") if f.name != "browser.py")
)
def test_a_file_of_the_core_imports_nothing_of_the_browser(file: str) -> None:
    modules = set(imports_of((FOLDER / file).read_text()))
    assert not modules & {"js", "pyodide", "pyodide_js", "zmq", "ipykernel"}

"""A kernel leaves the process as it found it."""

import builtins
import getpass
import os
import sys
from importlib import import_module
from pathlib import Path

import comm
import pytest
from wasmnb_kernel.environment.patches import patched
from wasmnb_kernel.handlers.table import new_kernel

from .conftest import MemoryHost


def surroundings() -> dict[str, object]:
    return {
        "stdout": sys.stdout,
        "stderr": sys.stderr,
        "displayhook": sys.displayhook,
        "excepthook": sys.excepthook,
        "path": list(sys.path),
        "finders": list(sys.meta_path),
        "pdb": vars(sys.modules["pdb"]).get("Pdb") if "pdb" in sys.modules else None,
        "main": sys.modules["__main__"],
        "builtins": dict(vars(builtins)),
        "getpass": getpass.getpass,
        "comm": dict(vars(comm)),
        "environ": dict(os.environ),
        "folder": Path.cwd(),
    }


def test_everything_is_changed_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    before = surroundings()
    kernel = new_kernel(MemoryHost())
    with patched(kernel):
        assert sys.stdout is not before["stdout"]
        assert builtins.input is not before["builtins"]
    kernel.close()
    assert surroundings() == before


def test_it_is_changed_back_after_an_error_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    before = surroundings()
    kernel = new_kernel(MemoryHost())
    with pytest.raises(ZeroDivisionError), patched(kernel):
        _ = 1 / 0
    kernel.close()
    assert surroundings() == before


def test_a_backend_that_was_chosen_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("MPLBACKEND", "agg")
    kernel = new_kernel(MemoryHost())
    with patched(kernel):
        assert os.environ["MPLBACKEND"] == "agg"
    kernel.close()


DEBUGGERS = ("pdb", "IPython.core.debugger")


@pytest.mark.parametrize("there", [(), DEBUGGERS[:1], DEBUGGERS])
@pytest.mark.parametrize("wanted", DEBUGGERS)
def test_the_debugger_is_the_kernels_whatever_was_imported_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...], wanted: str
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    for name in (*DEBUGGERS, "wasmnb_kernel.shell.debugger"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    for name in there:
        import_module(name)
    kernel = new_kernel(MemoryHost())
    with patched(kernel):
        assert import_module(wanted).Pdb.__module__ == "wasmnb_kernel.shell.debugger"
    kernel.close()
    assert [import_module(name).Pdb.__module__ for name in DEBUGGERS] == list(DEBUGGERS)

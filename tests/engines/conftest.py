"""The sites that all engines open: each is built once, by whichever worker needs it first."""

from pathlib import Path
from shutil import copytree

import pytest

from wasmnb.cli.main import main

from ..browser.conftest import address, folder, options
from ..browser.lab import write
from ..once import once
from ..site.conftest import build
from ..site.test_pyodide import COMPILED
from ..site.wheels import only, wheel

__all__ = ["address", "folder", "options"]

pytest.register_assert_rewrite("tests.engines.cases")

TOOLBOX = "def cut(wood):\n    raise ValueError('This wood is too hard.')\n"


@pytest.fixture(scope="session")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a package in its snapshot."""

    def make(made: Path) -> None:
        write(made / "folder" / "n.ipynb", "import toolbox\ntoolbox.cut('oak')")
        with only(made / "index") as index:
            wheel(index, "toolbox", files={"toolbox.py": TOOLBOX})
            site = build(made / "folder", made / "host" / "sub", is_baked=True)
        assert not [path for path in site.files() if "toolbox" in path]  # it is no package to load

    return once(tmp_path_factory, "engines-baked", make) / "host"


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a compiled package in its snapshot."""

    def make(made: Path) -> None:
        first = "import sys\nready = 'pydantic_core._pydantic_core' in sys.modules"
        used = "from pydantic import TypeAdapter\nready, TypeAdapter(int).validate_json('42')"
        write(made / "folder" / "n.ipynb", f"{first}\n{used}")
        with only(made / "index") as index:
            copytree(COMPILED, index, dirs_exist_ok=True)
            build(made / "folder", made / "host" / "sub", is_baked=True)

    return once(tmp_path_factory, "engines-compiled", make) / "host"


@pytest.fixture(scope="session")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a cell that comes to 66."""

    def make(made: Path) -> None:
        notebook = write(made / "n.ipynb", "sum(range(12))")
        main(["build", "--single-file", str(notebook), "-o", f"{made}/n.html"])

    return once(tmp_path_factory, "engines-single-file", make) / "n.html"

"""A site whose kernel runs on another release of Pyodide, with the packages of that one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from ..conftest import faultless
from ..serving import DEADLINE
from .conftest import Site, build, code, save, text
from .hosting import hosting
from .wheels import distribution, only, wheel

CACHE = Path(__file__).resolve().parents[2] / ".cache"
OLDER = CACHE / "distribution"
COMPILED = CACHE / "wheels" / "compiled"  # as it is on the package index
WHERE = "import js, sys\nsys.version_info[:2], hasattr(js, 'location')"
# Whether modules come from byte code: without a compiler, their sources are of no use.
BYTECODE = """import os, IPython
def is_used(module):
    loader = module.__spec__.loader
    loader.source_to_code = lambda *_, **__: None
    return loader.get_code(module.__name__) is not None
[is_used(it) for it in (os, IPython, np, pd)]"""
PICTURE = "import matplotlib.pyplot as plt\nplt.plot(frame.x, frame.y);"
CELLS = (
    WHERE,
    "import numpy as np, pandas as pd\nframe = pd.DataFrame({'x': [1, 2], 'y': np.arange(2) + 40})",
    "frame.sum()",
    BYTECODE,
    PICTURE,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A notebook of numbers, run while its site was built on an older Pyodide."""
    work = tmp_path_factory.mktemp("work")
    save(work / "folder" / "it.ipynb", text("# Numbers"), *map(code, CELLS))
    with only(work / "index") as index:
        wheel(index, "tzdata", "2026.1")  # pandas names it, the distribution does not have it
        yield build(work / "folder", work / "host" / "sub", "--pyodide", str(OLDER), "--execute")


@contextmanager
def reader(browser: Browser, site: Site) -> Iterator[Page]:
    """A reader of the notebook, for whom there is nothing in the world but the site."""
    elsewhere: list[str] = []
    with hosting(site.root.parent) as address, browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)

        def asks(request: Request) -> None:
            if not request.url.startswith((address, "blob:", "data:")):
                elsewhere.append(request.url)

        context.on("request", asks)
        page = context.new_page()
        with faultless(page):
            page.goto(f"{address}sub/notebooks/it.html")
            yield page
    assert not elsewhere


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with reader(browser, site) as page:
        yield page


def test_notebooks_are_run_by_the_distributions_python(site: Site) -> None:
    shown = site.page("it")
    assert "((3, 12), False)" in shown
    assert 'src="data:image/png;base64,' in shown
    locked = site.root.parents[1] / "folder" / "wasmnb.lock"
    assert "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl" in locked.read_text()


def test_numpy_pandas_and_matplotlib_run_in_the_page(page: Page) -> None:
    expect(page.locator(".output img")).to_be_visible()
    page.get_by_role("button", name="Run all").click()
    outputs = page.locator(".jp-NotebookPanel .jp-OutputArea-output")
    expect(outputs.first).to_have_text("((3, 12), True)")
    expect(outputs.nth(1)).to_have_text("x     3\ny    81\ndtype: int64")
    expect(outputs.nth(2)).to_have_text("[True, True, True, True]")
    expect(outputs.nth(3).locator("img")).to_be_visible()  # and no word of font caches


def test_compiled_packages_of_the_index_run_in_the_page(browser: Browser, tmp_path: Path) -> None:
    cell = (
        "import msgpack, pydantic\nclass It(pydantic.BaseModel):\n    number: int\n"
        "msgpack.unpackb(msgpack.packb(It(number='42').model_dump()))"
    )
    save(tmp_path / "folder" / "it.ipynb", code(cell))
    with only(tmp_path / "index") as index:
        shutil.copytree(COMPILED, index, dirs_exist_ok=True)
        site = build(tmp_path / "folder", tmp_path / "host" / "sub")
    assert "pydantic_core-2.50.5-cp314-cp314-pyemscripten_2026_0_wasm32.whl" in (
        tmp_path / "folder" / "wasmnb.lock"
    ).read_text(encoding="utf-8")
    with reader(browser, site) as page:
        page.get_by_role("button", name="Run all").click()
        output = page.locator(".jp-NotebookPanel .jp-OutputArea-output")
        expect(output).to_have_text("{'number': 42}")


def test_a_distribution_that_lacks_a_file_of_pyodide_stops_the_build(tmp_path: Path) -> None:
    save(tmp_path / "folder" / "it.ipynb", code("1"))
    place = tmp_path / "pyodide"
    shutil.copytree(OLDER, place, ignore=lambda _, names: [it for it in names if ".whl" in it])
    (place / "pyodide.asm.wasm").unlink()
    with pytest.raises(SystemExit, match=r"Python 3.12.7 \(ABI 2024_0\).*pyodide.asm.wasm is not"):
        build(tmp_path / "folder", tmp_path / "site", "--pyodide", str(place))


def test_a_distribution_with_an_older_python_stops_the_build(tmp_path: Path) -> None:
    save(tmp_path / "folder" / "it.ipynb", code("1"))
    place = distribution(tmp_path / "pyodide", [], abi="2022_0", python="3.10.2")
    for name in ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"):
        shutil.copyfile(OLDER / name, place / name)
    with pytest.raises(SystemExit, match=r"has Python 3.10.2, and the kernel's ipython needs"):
        build(tmp_path / "folder", tmp_path / "site", "--pyodide", str(place))

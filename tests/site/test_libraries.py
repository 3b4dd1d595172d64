"""What notebooks import of compiled packages is in the memory that a site's kernels start from."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from ..conftest import faultless
from ..serving import DEADLINE
from .conftest import Site, build, code, save
from .hosting import hosting
from .test_offline import keeps
from .test_pyodide import COMPILED
from .wheels import WASM, only, wheel

USE = "msgpack.unpackb(msgpack.packb(It(number='42').model_dump()))"
CELLS: dict[str, str | re.Pattern[str]] = {
    "import sys\nsorted({'msgpack._cmsgpack', 'pydantic_core._pydantic_core'} & {*sys.modules})": (
        "['msgpack._cmsgpack', 'pydantic_core._pydantic_core']"
    ),
    f"import msgpack, pydantic\nclass It(pydantic.BaseModel):\n    number: int\n{USE}": (
        "{'number': 42}"
    ),
    "with open(msgpack._cmsgpack.__file__, 'rb') as file:\n    print(file.read(4))": r"b'\x00asm'",
    "try:\n    msgpack.unpackb(b'')\nexcept ValueError as error:\n    print(error)": (
        "Unpack failed: incomplete input"
    ),
    "It(number='many')": "unable to parse string as an integer",
}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder, and an index that has what its notebook imports."""
    work = tmp_path_factory.mktemp("work")
    with only(work / "index") as index:
        (work / "cache" / "wasmnb" / "baked").unlink()  # it is to be made here
        shutil.copytree(COMPILED, index, dirs_exist_ok=True)
        yield work


@pytest.fixture(scope="module")
def site(work: Path) -> Site:
    save(work / "folder" / "it.ipynb", *map(code, CELLS))
    return build(work / "folder", work / "host" / "sub", is_baked=True)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page of someone who was never here."""
    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        page = context.new_page()
        with faultless(page):
            yield page


def newer(index: Path) -> str:
    """Another version of msgpack with the same library, laid into that folder; its name there."""
    [wheel] = COMPILED.glob("msgpack-*.whl")
    version = wheel.name.split("-")[1]
    place = index / wheel.name.replace(version, "9.0")
    with ZipFile(wheel) as old, ZipFile(place, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("/METADATA"):
                data = data.replace(f"\nVersion: {version}".encode(), b"\nVersion: 9.0")
            if name == "msgpack/__init__.py":
                data += b"\nversion = 9, 0\n"
            new.writestr(name.replace(version, "9.0"), data)
    return place.name


def drawn(page: Page) -> None:
    page.get_by_role("button", name="Run all").click()
    found = page.locator(".jp-NotebookPanel .jp-OutputArea-output")
    for number, shown in enumerate(CELLS.values()):
        expect(found.nth(number)).to_contain_text(shown)


def test_a_cell_finds_a_compiled_package_in_memory_also_without_a_network(
    page: Page, site: Site
) -> None:
    assert not [path for path in site.files() if re.search(r"(msgpack|pydantic).*\.whl", path)]
    with hosting(site.root.parent) as address:
        page.goto(f"{address}sub/notebooks/it.html")
        drawn(page)
        keeps(page, "/sub/site.json")
    page.reload()
    drawn(page)


def test_the_same_packages_make_the_same_site(work: Path, site: Site) -> None:
    shutil.rmtree(work / "cache" / "wasmnb" / "baked")
    assert build(work / "folder", work / "again", is_baked=True).files() == site.files()


def test_where_a_library_cannot_be_loaded_the_package_is_there_all_the_same(
    page: Page, site: Site, work: Path
) -> None:
    shutil.copytree(site.root, work / "damaged" / "sub")
    [library] = (work / "damaged" / "sub" / "pyodide").glob("_cmsgpack.*.wasm")
    library.write_text("This is no program.")
    with hosting(work / "damaged") as address:
        page.goto(f"{address}sub/notebooks/it.html")
        page.get_by_role("button", name="Run all").click()
        found = page.locator(".jp-NotebookPanel .jp-OutputArea-output")
        expect(found.first).to_have_text("[]")  # of the memory
        expect(found.nth(1)).to_have_text("{'number': 42}")  # msgpack can do without its library


def test_another_version_takes_the_place_of_the_one_in_memory(page: Page, work: Path) -> None:
    (work / "host").mkdir(exist_ok=True)
    name = newer(work / "host")
    use = "import msgpack\nmsgpack.unpackb(msgpack.packb([1, None])), msgpack.version"
    save(
        work / "other" / "it.ipynb",
        code(f"from js import location\nnewer = f'{{location.origin}}/{name}'"),
        code("%pip install {newer}"),
        code(use),
    )
    build(work / "other", work / "host" / "other", is_baked=True)
    with hosting(work / "host") as address:
        page.goto(f"{address}other/notebooks/it.html")
        page.get_by_role("button", name="Run all").click()
        expect(page.locator(".jp-NotebookPanel .jp-OutputArea-output").last).to_have_text(
            "([1, None], (9, 0))"
        )


def test_a_library_that_cannot_be_in_a_memory_is_told_and_the_rest_is_in_it(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = "cracked.cpython-314-wasm32-emscripten.so"
    wheel(work / "index", "cracked", files={module: "This is no program."}, tag=WASM)
    wheel(work / "index", "toolbox")
    save(work / "third" / "it.ipynb", code("import cracked, toolbox"))
    site = build(work / "third", work / "third-site", is_baked=True)
    said = " ".join(capsys.readouterr().err.split())
    assert "Kernels load cracked when a cell imports it: A memory that has them cannot be" in said
    wheels = [Path(path).name for path in site.files() if path.endswith(".whl")]
    assert any(name.startswith("cracked") for name in wheels)
    assert not any(name.startswith("toolbox") for name in wheels)


def test_a_library_that_nothing_loads_is_no_file_of_its_own(work: Path) -> None:
    [msgpack] = COMPILED.glob("msgpack-*.whl")
    with ZipFile(msgpack) as opened:
        [library] = (name for name in opened.namelist() if name.endswith(".so"))
        files = {"plain/__init__.py": b"", "plain/idle.so": opened.read(library)}
    wheel(work / "index", "plain", files=files, tag=WASM)
    save(work / "fourth" / "it.ipynb", code("import plain"))
    site = build(work / "fourth", work / "fourth-site", is_baked=True)
    assert not [path for path in site.files() if "plain" in path or "idle" in path]

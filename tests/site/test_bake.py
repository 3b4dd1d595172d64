"""What notebooks import is in the memory that a site's kernels start from."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from wasmnb_zmq.nodejs import CannotStart

from wasmnb.cli.main import main
from wasmnb.site.packages import bake, snapshot_builder

from ..conftest import faultless
from ..serving import DEADLINE
from .conftest import Site, build, code, save, text
from .hosting import hosting
from .test_offline import keeps
from .wheels import only, wheel

MODULES = {
    "toolbox/__init__.py": "import random\nfrom handle import grip\ndice = random.Random()\n",
    "toolbox/saw.py": "def cut(wood):\n    raise ValueError('This wood is too hard.')\n",
    "toolbox/manual.txt": "Mind your fingers.",
    "toolbox/plane.py": "angle = 45\n",
}
CELLS: dict[str, str | re.Pattern[str]] = {
    "import toolbox, toolbox.saw\ntoolbox.grip": "'firm'",
    "import importlib\nimportlib.import_module('toolbox.plane').angle": "45",
    "import importlib.metadata as m\nm.version('toolbox'), m.version('handle')": "('1.0', '1.0')",
    "from importlib.resources import files\nfiles('toolbox').joinpath('manual.txt').read_text()": (
        "'Mind your fingers.'"
    ),
    "%pip list": re.compile(r"handle +1\.0\n.*toolbox +1\.0", re.S),
    "import noisy": "Hello!",
    "%pip uninstall -y handle\ntry:\n    import handle\nexcept ImportError:\n    print('gone')": (
        re.compile(r"^\s*Successfully uninstalled handle-1\.0\s+gone\s*$")
    ),
}
DICE = "toolbox.dice.random()"  # made when it was imported, but of no two readers the same
FAILS = "toolbox.saw.cut('oak')"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder, and an index that has what its notebook imports."""
    work = tmp_path_factory.mktemp("work")
    cells = [*CELLS, DICE, FAILS]
    save(work / "folder" / "it.ipynb", text("# Tools"), *map(code, cells))
    with only(work / "index") as index:
        (work / "cache" / "wasmnb" / "baked").unlink()  # it is to be made here
        wheel(index, "toolbox", files=MODULES, requires=["handle"])
        wheel(index, "handle", files={"handle.py": "grip = 'firm'\n"})
        wheel(index, "noisy", files={"noisy.py": "print('Hello!')\n"})
        yield work


@pytest.fixture(scope="module")
def site(work: Path) -> Site:
    return build(work / "folder", work / "host" / "sub", is_baked=True)


def made(work: Path) -> list[int]:
    """When memories were made."""
    files = (work / "cache" / "wasmnb" / "baked").rglob("*.bin")
    return sorted(file.stat().st_mtime_ns for file in files)


def test_what_cannot_be_baked_is_told_and_carried_as_before(
    work: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    before = made(work)
    assert build(work / "folder", work / "second", is_baked=True).files() == site.files()
    said = " ".join(capsys.readouterr().err.split())
    assert "Kernels load noisy when a cell imports it: importing it prints something." in said
    wheels = [Path(path).name for path in site.files() if path.endswith(".whl")]
    assert "noisy-1.0-py3-none-any.whl" in wheels
    assert "toolbox-1.0-py3-none-any.whl" not in wheels
    # It is made only where something has changed.
    assert made(work) == before


def test_where_nothing_can_make_the_memory_cells_load_packages(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def node_with_jspi() -> list[str]:
        raise CannotStart("There is no Node.js.")

    monkeypatch.setattr(bake, "node_with_jspi", node_with_jspi)
    site = build(work / "folder", work / "without", is_baked=True)
    said = " ".join(capsys.readouterr().err.split())
    assert "Kernels load the packages when a cell imports them. There is no Node.js." in said
    assert any(path.endswith("/toolbox-1.0-py3-none-any.whl") for path in site.files())


def test_what_has_failed_is_told_again_and_tried_again_when_something_changed(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = work / "other"
    save(folder / "it.ipynb", code("import fatal"))
    wheel(work / "index", "fatal", files={"fatal.py": "import os\nos._exit(3)\n"})
    told = "Kernels load the packages when a cell imports them. A memory that has them cannot"
    tried: list[list[str]] = []
    said = snapshot_builder.output_of

    def trying(command: list[str]) -> str:
        tried.append(command)
        return said(command)

    monkeypatch.setattr(snapshot_builder, "output_of", trying)

    def built(*options: str) -> str:
        site = build(folder, work / "failed", *options, is_baked=True)
        assert any(path.endswith("/fatal-1.0-py3-none-any.whl") for path in site.files())
        return " ".join(capsys.readouterr().err.partition("The site")[0].split())

    first = built()
    assert told in first
    assert built() == first
    assert len(tried) == 1
    assert built("--bake") == first
    save(folder / "it.ipynb", code("import fatal, json"))
    assert told in built()
    assert len(tried) == 3


def test_packages_can_be_chosen_that_are_in_the_memory(work: Path) -> None:
    folder = work / "chosen"
    save(folder / "it.ipynb", code("import toolbox, spare"))
    wheel(work / "index", "spare")
    (folder / "pyproject.toml").write_text("[tool.wasmnb]\nbake = ['Toolbox']\n")
    main(["build", str(folder), "-o", str(work / "few")])
    wheels = {path.name.partition("-")[0] for path in (work / "few").rglob("*.whl")}
    assert {"toolbox", "handle", "spare"} & wheels == {"spare"}
    (folder / "pyproject.toml").write_text("[tool.wasmnb]\nbake = ['toolbux']\n")
    with pytest.raises(
        SystemExit, match="names 'toolbux', which is not among the packages of"
    ) as it:
        main(["build", str(folder), "-o", str(work / "few")])
    assert "toolbox" in str(it.value)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page of someone who was never here, and for whom there is nothing but the site."""
    asked: list[str] = []
    with browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        with faultless(page):
            yield page
    assert {urlsplit(url).hostname for url in asked} <= {"127.0.0.1", None}


def drawn(page: Page) -> str:
    """Runs all cells, which do what is expected; one draws a number."""
    page.get_by_role("button", name="Run all").click()
    found = page.locator(".jp-NotebookPanel .jp-OutputArea-output")
    for number, shown in enumerate(CELLS.values()):
        expect(found.nth(number)).to_contain_text(shown)
    expect(found.last).to_contain_text("raise ValueError('This wood is too hard.')")
    return found.nth(len(CELLS)).inner_text()


def test_a_cell_finds_a_package_in_memory_also_without_a_network(page: Page, site: Site) -> None:
    with hosting(site.root.parent) as address:
        page.goto(f"{address}sub/notebooks/it.html")
        first = drawn(page)
        keeps(page, "/sub/site.json")
    page.reload()
    assert drawn(page) != first


def test_without_the_snapshot_packages_are_there_all_the_same(page: Page, site: Site) -> None:
    page.route(re.compile("/snapshot"), lambda route: route.abort())
    with hosting(site.root.parent) as address:
        page.goto(f"{address}sub/notebooks/it.html")
        drawn(page)


def test_what_comes_with_the_kernel_is_in_memory_where_it_is_imported(
    page: Page, work: Path
) -> None:
    cell = "import ipywidgets\nipywidgets.interact(lambda n: print(n * 6), n=7);"
    save(work / "widgets" / "it.ipynb", code(cell))
    site = build(work / "widgets", work / "host" / "widgets", is_baked=True)
    assert not [path for path in site.files() if "ipywidgets" in path]  # it is no package to load
    with hosting(site.root.parent) as address:
        page.goto(f"{address}widgets/notebooks/it.html")
        page.get_by_role("button", name="Run all").click()
        shown = page.locator(".jp-NotebookPanel .jp-OutputArea-output .jp-OutputArea-output")
        expect(shown).to_have_text("42\n")
        page.locator(".jp-NotebookPanel .noUi-handle").press("ArrowRight")
        expect(shown).to_have_text("48\n")

"""The packages that the notebooks of a site import: found when it is built, and locked."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wasmnb.manifest import ASSETS
from wasmnb.site.packages.imports import imports_of, installs_of

from . import wheels
from .conftest import Site, build, code, save, text
from .hosting import hosting
from .wheels import LINUX, WASM, wheel


@pytest.fixture(autouse=True)
def index(tmp_path: Path) -> Iterator[Path]:
    """A package index of our own; nothing is kept from builds before."""
    with wheels.only(tmp_path / "index") as folder:
        yield folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A notebook that imports `toolbox`."""
    folder = tmp_path / "folder"
    save(folder / "deep" / "it.ipynb", text("# It"), code("import toolbox"))
    return folder


def kernel_lock(site: Site) -> Any:
    """The packages that the kernel is told of, by its page's configuration."""
    html = site.read("lab/index.html")
    config = html.split('id="jupyter-config-data"')[1].partition(">")[2].partition("<")[0]
    lock = json.loads(config)["wasmnb"]["pyodide"]["files"]["lock.json"]
    data = (site.root / "lab" / lock["path"]).read_bytes()
    assert len(data) == lock["bytes"]
    return json.loads(data)["packages"]


def carried(site: Site) -> dict[str, str]:
    """The versions of the packages in a site that are not the kernel's own, each with its file."""
    own = kernel_lock_of_assets()
    found = {name: it for name, it in kernel_lock(site).items() if name not in own}
    for each in found.values():
        assert (site.root / "pyodide" / each["file_name"]).is_file()
    return {name: each["version"] for name, each in found.items()}


def kernel_lock_of_assets() -> Any:
    [lock] = (ASSETS / "pyodide").glob("lock.*.json")
    return json.loads(lock.read_text())["packages"]


def locked(folder: Path) -> dict[str, str]:
    lock = json.loads((folder / "wasmnb.lock").read_text())
    return {package["name"]: package["version"] for package in lock["packages"]}


def test_what_a_notebook_imports_is_carried_with_all_that_it_needs(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    needs = ["deep>=1", "ipywidgets>=8", 'winch; sys_platform == "linux"', 'rope; extra == "all"']
    wheel(index, "toolbox", requires=needs)
    wheel(index, "deep", tag=WASM)
    wheel(index, "deep", "2.0", tag=LINUX)
    site = build(folder, tmp_path / "site")
    assert carried(site) == {"toolbox": "1.0", "deep": "1.0"}
    packages = kernel_lock(site)
    assert packages["toolbox"]["imports"] == ["toolbox"]
    assert packages["toolbox"]["depends"] == ["deep", "ipywidgets"]
    assert locked(folder) == {"toolbox": "1.0", "deep": "1.0"}
    assert "://" not in (folder / "wasmnb.lock").read_text()
    assert not [path for path in site.files() if path.endswith("wasmnb.lock")]


def test_the_next_build_takes_what_is_locked(index: Path, folder: Path, tmp_path: Path) -> None:
    wheel(index, "toolbox")
    first = build(folder, tmp_path / "first").files()
    wheel(index, "toolbox", "2.0")
    assert build(folder, tmp_path / "second").files() == first
    # From elsewhere, where nothing is kept from earlier builds.
    shutil.rmtree(tmp_path / "cache")
    assert build(folder, tmp_path / "third").files() == first
    # What is asked for besides leaves it as it is.
    wheel(index, "other")
    (folder / "requirements.txt").write_text("other\n")
    assert carried(build(folder, tmp_path / "fourth")) == {"toolbox": "1.0", "other": "1.0"}
    build(folder, tmp_path / "fourth", "--upgrade")
    assert locked(folder) == {"toolbox": "2.0", "other": "1.0"}


def test_a_package_that_is_not_what_was_locked_stops_the_build(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    wheel(index, "toolbox")
    build(folder, tmp_path / "site")
    shutil.rmtree(tmp_path / "cache")
    wheel(index, "toolbox", files={"toolbox.py": "evil = True"})
    with pytest.raises(SystemExit, match=r"wasmnb.lock cannot be had as they were") as stop:
        build(folder, tmp_path / "site")
    assert "toolbox" in str(stop.value)


def test_what_cannot_be_had_stops_the_build_unless_that_is_allowed(
    index: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel(index, "toolbox", tag=LINUX)
    wheel(index, "other")
    save(folder / "it.ipynb", code("import other, tkinter"))
    with pytest.raises(SystemExit) as stop:
        build(folder, tmp_path / "site")
    assert "deep/it.ipynb, cell 2, imports 'toolbox', and there is no package 'toolbox'" in str(
        stop.value
    )
    assert "it.ipynb, cell 1, imports 'tkinter', which is a part of Python that" in str(stop.value)
    assert "'other'" not in str(stop.value)
    site = build(folder, tmp_path / "site", "--allow-missing")
    assert carried(site) == {"other": "1.0"}
    assert "Built without: deep/it.ipynb, cell 2" in "".join(capsys.readouterr().err.split("\n"))


def test_what_cannot_be_had_is_told_once_with_the_first_places(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    wheel(index, "other")
    save(folder / "deep" / "it.ipynb", *(code("import toolbox") for _ in range(5)))
    with pytest.raises(SystemExit) as stop:
        build(folder, tmp_path / "site")
    said = str(stop.value)
    assert "cell 2; deep/it.ipynb, cell 3; and 2 more, import 'toolbox', and there is no" in said
    assert said.count("requirements.txt") == 1


def test_packages_are_found_though_others_are_not_and_never_will_be_newest(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    """Each is there, be it an old one, and what another one needs is no hindrance."""
    wheel(index, "maps")
    wheel(index, "maps", "2.0", requires=["compiled"])
    wheel(index, "compiled", tag=LINUX)
    wheel(index, "other", requires=["deep"])
    wheel(index, "deep")
    save(folder / "deep" / "it.ipynb", code("import maps, other, compiled"))
    site = build(folder, tmp_path / "site", "--allow-missing")
    assert carried(site) == {"maps": "1.0", "other": "1.0", "deep": "1.0"}


def test_packages_are_named_where_people_name_them(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    for name in ("toolbox", "listed", "more", "projects", "inline", "magic", "sub"):
        wheel(index, name)
        wheel(index, name, "2.0")
    (folder / "requirements.txt").write_text("# all\nlisted==1.0  # old\n-r deep/more.txt\n")
    (folder / "deep" / "more.txt").write_text("more<2\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["projects<2"]')
    script = '# /// script\n# dependencies = ["inline<2"]\n# ///\n'
    save(folder / "a.ipynb", code(script), code("%pip install -q 'magic<2'\nimport helper"))
    (folder / "helper.py").write_text("import sub\n")
    names = {"listed": "1.0", "more": "1.0", "projects": "1.0", "inline": "1.0", "magic": "1.0"}
    site = build(folder, tmp_path / "site")
    assert carried(site) == {**names, "toolbox": "2.0", "sub": "2.0"}


def test_a_wheel_in_the_folder_comes_before_the_index(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    wheel(index, "toolbox", "2.0")
    wheel(folder / "wheels", "tools", files={"toolbox/__init__.py": ""})
    assert carried(build(folder, tmp_path / "site")) == {"tools": "1.0"}


def test_a_local_project_is_built(folder: Path, tmp_path: Path) -> None:
    wheels.project(folder / "toolbox", "toolbox")
    (folder / "requirements.txt").write_text("-e ./toolbox\n")
    (folder / "deep" / "it.ipynb").unlink()
    assert carried(build(folder, tmp_path / "site")) == {"toolbox": "1.0"}


def test_for_a_project_with_compiled_parts_the_tools_are_named(
    folder: Path, tmp_path: Path
) -> None:
    wheels.project(folder / "toolbox", "toolbox", tag=LINUX)
    (folder / "requirements.txt").write_text("./toolbox\n")
    with pytest.raises(SystemExit, match=r"has compiled parts.*pyodide-build.*Emscripten 5.0.3"):
        build(folder, tmp_path / "site")
    # Where it does not even build for this machine, which may have no compiler at all.
    (folder / "toolbox" / "backend.py").write_text("raise OSError('there is no gcc')")
    with pytest.raises(SystemExit, match=r"(?s)cannot be built.*no gcc.*If it has compiled parts"):
        build(folder, tmp_path / "site")


def test_packages_of_a_pyodide_distribution_bring_their_libraries(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    wheel(index, "toolbox", "2.0")
    place = tmp_path / "pyodide"
    wheels.distribution(place, [wheel(place, "toolbox", tag=WASM)])
    archive = shutil.make_archive(str(tmp_path / "pyodide-full"), "bztar", tmp_path, "pyodide")
    for given in (place, archive):
        site = build(folder, tmp_path / "site", "--pyodide", str(given))
        assert carried(site) == {"toolbox": "1.0", "libdeep": "1.0"}
        packages = kernel_lock(site)
        assert packages["toolbox"]["depends"] == ["libdeep"]
        assert packages["libdeep"]["package_type"] == "shared_library"


def test_a_distribution_that_was_fetched_is_kept_and_checked(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "host" / "pyodide"
    wheels.distribution(place, [wheel(place, "toolbox", tag=WASM)])
    shutil.make_archive(str(place), "bztar", place.parent, "pyodide")
    with hosting(place.parent) as address:
        archive = f"{address}pyodide.tar.bz2"
        first = build(folder, tmp_path / "site", "--pyodide", f"{address}pyodide").files()
        assert build(folder, tmp_path / "site", "--pyodide", archive).files() == first
    # The host is out of reach, and what was fetched is there.
    assert build(folder, tmp_path / "site", "--pyodide", archive).files() == first
    for kept in (tmp_path / "cache" / "wasmnb" / "fetched").iterdir():
        kept.write_bytes(b"damaged")
    with pytest.raises(SystemExit, match=r"has no pyodide.tar.bz2 at http://127.0.0.1.*Name the"):
        build(folder, tmp_path / "site", "--pyodide", archive)


def test_requirements_that_exclude_each_other_stop_the_build(
    index: Path, folder: Path, tmp_path: Path
) -> None:
    wheel(index, "toolbox", requires=["deep<2"])
    wheel(index, "deep", "2.0")
    (folder / "requirements.txt").write_text("toolbox\ndeep>=2\n")
    with pytest.raises(SystemExit, match=r"(?s)cannot be had for Python 3.14.2.*deep"):
        build(folder, tmp_path / "site")


def test_a_folder_that_needs_nothing_has_no_lock(tmp_path: Path) -> None:
    save(tmp_path / "it.ipynb", code("import json, ipywidgets, IPython, js, math, helper"))
    (tmp_path / "helper.py").touch()
    assert carried(build(tmp_path, tmp_path / "site")) == {}
    assert not (tmp_path / "wasmnb.lock").exists()


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import a.b, c as d\nfrom e.f import g\nfrom . import h", ["a", "c", "e"]),
        ("%matplotlib inline\n!ls\nfiles = !ls\nimport a\na?\nif a:\n    %time a", ["a"]),
        ("%%time\nimport a", ["a"]),
        ("%%bash\nimport a", []),
        ("%%html\n<p>", []),
        ("x = (7\n  %2)\nimport a", ["a"]),
        ("try:\n    import a\nexcept ImportError:\n    import b", ["b"]),
        ("try:\n    import a\nfinally:\n    pass", ["a"]),
        ("if TYPE_CHECKING:\n    import a", []),
        ("def f():\n    import a", ["a"]),
        ("import a\nthis is no Python", []),
    ],
)
def test_imports_are_read_as_ipython_reads_cells(source: str, modules: list[str]) -> None:
    assert imports_of(source) == modules


def test_what_pip_is_told_in_a_cell_is_wanted() -> None:
    source = "%pip install -q 'a>=2' b  # needed\n!pip3 install -i x c -r r.txt\n# pip install d"
    assert list(installs_of(source)) == ["a>=2", "b", "c"]

"""`wasmnb build --execute`: notebooks are run in the browser's Python while their site is built."""

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from .conftest import Site, build, code, save, shows, text
from .wheels import only, wheel

R = {"kernelspec": {"display_name": "R", "language": "R", "name": "ir"}}


@pytest.fixture(autouse=True)
def index(tmp_path: Path) -> Iterator[Path]:
    """A package index of our own; nothing is kept from builds before."""
    with only(tmp_path / "index") as folder:
        yield folder


def test_what_is_shown_is_what_the_reader_will_get(index: Path, tmp_path: Path) -> None:
    wheel(index, "toolbox")
    folder = tmp_path / "folder"
    cells = "import sys, toolbox", "sys.platform, toolbox.version, open('data.txt').read()"
    save(folder / "deep" / "it.ipynb", *map(code, [*cells, "open('made.txt', 'w').write('4')"]))
    save(folder / "deep" / "widget.ipynb", code("import ipywidgets\nipywidgets.IntSlider(7)"))
    save(folder / "other.ipynb", code("1 +"), **R)
    (folder / "deep" / "data.txt").write_text("here")
    before = (folder / "deep" / "it.ipynb").read_bytes()
    site = build(folder, tmp_path / "site", "--execute")
    assert "('emscripten', '1.0', 'here')" in unescape(site.page("deep/it"))
    [listed] = [it for it in site.json("contents.json") if it["path"] == "deep"]
    [model] = [it for it in listed["content"] if it["name"] == "it.ipynb"]
    assert model["size"] == (site.root / "files" / "deep" / "it.ipynb").stat().st_size
    state = site.json("files/deep/widget.ipynb")["metadata"]["widgets"]
    assert "IntSliderModel" in json.dumps(state)
    # The folder stays as it was.
    assert (folder / "deep" / "it.ipynb").read_bytes() == before
    assert not (folder / "deep" / "made.txt").exists()
    # What has not changed is not run again.
    assert build(folder, tmp_path / "second", "--execute").files() == site.files()


def test_a_notebook_that_fails_stops_the_build_unless_that_is_allowed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    save(folder / "it.ipynb", code("1 / 0"), code("'after'"))
    with pytest.raises(SystemExit, match=r"'it.ipynb', cell 1 fails when it is run") as stop:
        build(folder, tmp_path / "site", "--execute")
    assert "ZeroDivisionError: division by zero" in str(stop.value)
    site: Site = build(folder, tmp_path / "site", "--execute", "--allow-errors")
    assert "ZeroDivisionError" in site.page("it")
    assert "after" in site.page("it")


def test_cells_can_be_left_out_and_may_be_meant_to_fail(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    left_out = code("input()", shows(text_plain="as stored"), count=7)
    left_out.metadata.tags = ["skip-execution"]
    fails = code("1 / 0")
    fails.metadata.tags = ["raises-exception"]
    save(folder / "it.ipynb", left_out, fails, code("'after'"))
    site = build(folder, tmp_path / "site", "--execute")
    first, second, third = site.json("files/it.ipynb")["cells"]
    assert first["outputs"][0]["data"]["text/plain"] == ["as stored"]
    assert first["execution_count"] == 7
    assert second["outputs"][0]["ename"] == "ZeroDivisionError"
    assert third["execution_count"] == 2


def test_a_cell_that_does_not_end_is_stopped_where_there_is_a_limit(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    save(folder / "it.ipynb", text("# Endless"), code("while True: pass"), code("'after'"))
    (folder / "pyproject.toml").write_text("[tool.wasmnb]\ntimeout = 3\n")
    with pytest.raises(SystemExit, match=r"'it.ipynb', cell 2 was still running after 3 s"):
        build(folder, tmp_path / "site", "--execute")
    site = build(folder, tmp_path / "site", "--execute", "--allow-errors", "--timeout", "2")
    assert "KeyboardInterrupt" in site.page("it")
    assert "after" in site.page("it")


def test_a_limit_is_a_number_of_seconds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        build(tmp_path, tmp_path / "site", "--execute", "--timeout", "soon")
    assert "'soon' is not a number of whole seconds, or -1 for no limit" in capsys.readouterr().err


def test_a_build_that_is_killed_while_it_saves_a_run_leaves_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    write = Path.write_bytes

    def cut(file: Path, data: bytes) -> int:
        if "executed" not in file.parts:
            return write(file, data)
        write(file, data[: len(data) // 2])
        raise Killed

    folder = tmp_path / "folder"
    save(folder / "it.ipynb", code("6 * 7"))
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "write_bytes", cut)
        build(folder, tmp_path / "killed", "--execute")
    assert "42" in build(folder, tmp_path / "site", "--execute").page("it")

"""`wasmnb build`: which files a site has, and what a second build does."""

import json
import os
import shutil
from pathlib import Path

import pytest

from wasmnb.cli.main import main

from .conftest import Site, build, code, save, shows, text

PYPROJECT = """
[project]
name = "stars"
description = "About stars."

[tool.wasmnb]
{}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stars")
    save(folder / "sun.ipynb", text("# The sun\n\nIt is a star."), code("1 + 1"))
    save(folder / "far" / "away.ipynb", text("# Far away"), code("light = 'years'"))
    (folder / "data").mkdir()
    (folder / "data" / "stars.csv").write_text("name\nsun\n")
    (folder / ".secret").write_text("hidden")
    return folder


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build(folder, tmp_path_factory.mktemp("site") / "out", "--title", "Stars")


def test_every_notebook_has_a_page_and_is_listed(site: Site) -> None:
    home = site.read("index.html")
    assert '<a href="notebooks/sun.html">The sun</a><p>It is a star.</p>' in home
    assert '<a href="notebooks/far/away.html">Far away</a>' in home
    assert "<title>The sun - Stars</title>" in site.read("notebooks/sun.html")
    assert '<meta name="description" content="It is a star.">' in site.read("notebooks/sun.html")


def test_files_are_shipped_as_they_are_and_hidden_ones_are_not(site: Site, folder: Path) -> None:
    published = {path.removeprefix("files/"): data for path, data in site.files().items()}
    assert published["data/stars.csv"] == (folder / "data" / "stars.csv").read_bytes()
    assert published["sun.ipynb"] == (folder / "sun.ipynb").read_bytes()
    assert not [path for path in published if "secret" in path]


def test_listings_are_those_of_the_server(site: Site) -> None:
    listings = {listing["path"]: listing["content"] for listing in site.json("contents.json")}
    assert [entry["path"] for entry in listings[""]] == ["data", "far", "sun.ipynb"]
    [entry] = listings["far"]
    assert (entry["type"], entry["writable"]) == ("notebook", True)
    assert len(entry["hash"]) == 64


def test_the_search_has_titles_texts_and_code(site: Site) -> None:
    found = {entry["url"]: entry for entry in site.json("search.json")}
    assert found["notebooks/sun.html"]["title"] == "The sun"
    assert "It is a star." in found["notebooks/sun.html"]["text"]
    assert "light = 'years'" in found["notebooks/far/away.html"]["text"]


def test_no_page_has_a_script_of_its_own_or_names_another_site(site: Site) -> None:
    pages = {path: site.read(path) for path in site.files() if path.endswith(".html")}
    assert len(pages) == 5
    for html in pages.values():
        assert "script-src 'self' 'wasm-unsafe-eval';" in html
        for script in html.split("<script")[1:]:
            loaded = (" defer src=", ' async src="../pyodide/prestart.')
            assert script.startswith((*loaded, ' id="jupyter-config-data" type="application'))
        assert 'src="http' not in html
        assert 'src="/' not in html
        assert 'href="/' not in html


def test_the_same_folder_makes_the_same_bytes(site: Site, folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert build(copy, tmp_path / "out", "--title", "Stars").files() == site.files()


def test_with_a_latest_time_a_fresh_clone_makes_the_same_bytes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    first = build(folder, tmp_path / "first", "--title", "Stars")
    clone = shutil.copytree(folder, tmp_path / "clone")
    for path in clone.rglob("*"):
        os.utime(path)
    assert build(clone, tmp_path / "second", "--title", "Stars").files() == first.files()


def test_a_second_build_writes_what_has_changed_and_removes_what_is_gone(
    folder: Path, tmp_path: Path
) -> None:
    work = shutil.copytree(folder, tmp_path / "work")
    out = build(work, tmp_path / "out").root
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    save(work / "sun.ipynb", text("# The sun\n\nIt is the star."))
    shutil.rmtree(work / "far")
    build(work, out)
    after = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    changed = {path.relative_to(out).as_posix() for path in after if after[path] != before[path]}
    assert changed == {
        "contents.json",
        "files/sun.ipynb",
        "index.html",
        "notebooks/sun.html",
        "search.json",
        "site.json",
        "version.json",
    }
    assert not (out / "notebooks" / "far").exists()
    assert not (out / "files" / "far").exists()


def test_what_someone_changed_in_a_site_is_made_again(folder: Path, tmp_path: Path) -> None:
    site = build(folder, tmp_path / "out")
    page = site.read("notebooks/sun.html")
    (site.root / "notebooks" / "sun.html").write_text("changed")
    assert build(folder, site.root).read("notebooks/sun.html") == page


def test_a_site_in_the_folder_itself_is_no_part_of_itself(folder: Path, tmp_path: Path) -> None:
    work = shutil.copytree(folder, tmp_path / "work")
    first = build(work, work / "site").files()
    assert build(work, work / "site").files() == first


def test_the_table_at_the_end_says_what_is_in_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(folder, tmp_path / "out")
    printed = capsys.readouterr().err
    assert "pages" in printed
    assert "new or changed" in printed
    assert str(tmp_path / "out") in "".join(printed.split("\n"))


def test_options_stand_in_pyproject(folder: Path, tmp_path: Path) -> None:
    work = shutil.copytree(folder, tmp_path / "work")
    options = 'title = "Stars of ours"\nexclude = ["far"]\noutput = "public"'
    (work / "pyproject.toml").write_text(PYPROJECT.format(options))
    main(["build", str(work)])
    site = Site(work / "public")
    assert "<h1>Stars of ours</h1>" in site.read("index.html")
    assert "About stars." in site.read("index.html")
    assert not (site.root / "notebooks" / "far").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ('titel = "Stars"', "has no option 'titel'; did you mean 'title'?"),
        ("upgrade = true", "has no option 'upgrade'; "),
        (
            "execute = 'yes'",
            "'execute' under [tool.wasmnb] in pyproject.toml must be true or false",
        ),
        ("exclude = 'far'", "'exclude' under [tool.wasmnb] in pyproject.toml must be a list"),
        (
            "timeout = 0",
            "'timeout' under [tool.wasmnb] in pyproject.toml must be a number of whole",
        ),
        (
            "bake = 'networkx'",
            "'bake' under [tool.wasmnb] in pyproject.toml must be true, false or a",
        ),
        ("title = 3", "must be a text, and is 3"),
        ("title = ", "pyproject.toml cannot be read"),
        ('output = ".."', "would be written over the notebooks"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    options: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.format(options))
    with pytest.raises(SystemExit, match=r"^wasmnb: ") as stop:
        main(["build", str(tmp_path)])
    assert sentence in str(stop.value)


def test_a_folder_with_other_things_in_it_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SystemExit, match="is not empty, and no site that wasmnb has built"):
        build(folder, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_two_files_of_one_path_stop_the_build(tmp_path: Path) -> None:
    save(tmp_path / "a.ipynb", text("# A"))
    save(tmp_path / "a.html" / "b.ipynb", text("# B"))
    with pytest.raises(SystemExit, match=r"'notebooks/a.html' of the site would be a file, and"):
        build(tmp_path, tmp_path / "site")


def test_files_that_are_no_notebooks_stop_the_build_and_can_be_left_out(tmp_path: Path) -> None:
    save(tmp_path / "whole.ipynb", text("# Whole"))
    for name in ("broken", "cut"):
        (tmp_path / f"{name}.ipynb").write_text("{")
    with pytest.raises(SystemExit) as stop:
        build(tmp_path, tmp_path / "site")
    for words in ("'broken.ipynb' cannot be read as", "'cut.ipynb' cannot", "--exclude PATTERN"):
        assert words in str(stop.value)
    site = build(tmp_path, tmp_path / "site", "--exclude", "broken.*", "--exclude", "cut.*")
    assert "Whole" in site.read("index.html")


def test_a_notebook_with_odd_metadata_has_a_page(tmp_path: Path) -> None:
    save(tmp_path / "odd.ipynb", code("6 * 7", shows(text_plain="42")))
    odd = json.loads((tmp_path / "odd.ipynb").read_text())
    odd["metadata"] = {"kernelspec": "python", "language_info": ["python"], "widgets": 1}
    odd["cells"][0]["metadata"] = {"tags": "mine", "jupyter": None}
    (tmp_path / "odd.ipynb").write_text(json.dumps(odd))
    assert "42" in build(tmp_path, tmp_path / "site").page("odd")


def test_a_link_that_leads_round_in_a_circle_is_not_followed(tmp_path: Path) -> None:
    save(tmp_path / "deep" / "a.ipynb", text("# A"))
    (tmp_path / "deep" / "up").symlink_to("..")
    site = build(tmp_path, tmp_path / "site")
    assert [name for name in site.files() if name.startswith("notebooks")] == [
        "notebooks/deep/a.html"
    ]


def test_a_notebook_cannot_say_how_the_page_is_configured(tmp_path: Path) -> None:
    fake = '<div id="jupyter-config-data">{"baseUrl": "https://evil.example"}</div>'
    save(tmp_path / "a.ipynb", text(fake))
    html = build(tmp_path, tmp_path / "site").read("notebooks/a.html")
    config = html.split('id="jupyter-config-data"')[1].partition(">")[2].partition("<")[0]
    assert json.loads(config)["baseUrl"] == "../"

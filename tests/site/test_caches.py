"""What builds save for later builds: whole, and valid for the code that has made it."""

import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import pytest

from wasmnb.contents.manager import Contents
from wasmnb.site import code_digest, pages
from wasmnb.site.config import SiteConfig
from wasmnb.site.packages import bytecode, other_pyodide, snapshot_builder
from wasmnb.site.packages.download_cache import new_folder, write_atomically
from wasmnb.site.published import PublishedFolder

from .conftest import code, save, shows, text

# The caches, each with modules that take part in making what is in it.
CACHES = [
    (pages, pages.INPUTS, {"pages.csp", "pages.html", "site.render.ansi", "contents.notebooks"}),
    (bytecode, bytecode.INPUTS, {"site.packages.archive", "site.packages.preinstalled"}),
    (other_pyodide, bytecode.INPUTS, {"site.packages.bundled", "site.packages.bytecode"}),
    (
        snapshot_builder,
        snapshot_builder.INPUTS,
        {"site.packages.shared_libraries", "site.packages.other_pyodide"},
    ),
]


@pytest.mark.parametrize(("maker", "inputs", "some"), CACHES)
def test_a_cache_is_valid_for_the_code_that_takes_part(
    maker: object, inputs: frozenset[str], some: set[str]
) -> None:
    found = set(code_digest.modules(maker.__name__, inputs))  # type: ignore[attr-defined]
    assert {f"wasmnb.{name}" for name in some} <= found
    others = ("wasmnb.cli", "wasmnb.server", "wasmnb.gateway", "wasmnb.contents.trash")
    assert not [name for name in found if name.startswith(others)]


def test_every_module_that_runs_for_a_page_is_in_its_digest(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    html = shows(text_html="<a href='b.ipynb'>B</a>", text_plain="B")
    save(folder / "a.ipynb", text("# A\n\n[B](b.ipynb) $x$"), code("import b", html))
    save(folder / "b.ipynb", text("# B"), code("1", shows(text_plain="\x1b[31m1\x1b[0m")))
    notebooks = {file.name: file.read_bytes() for file in folder.iterdir()}
    config = SiteConfig(folder=folder, site=tmp_path / "site", title="Site")
    files = list(
        pages.Pages(config, PublishedFolder(Contents(folder), config, notebooks), None).all()
    )
    ran = modules_run(lambda: [file.make() for file in files])
    assert len(ran) > 10
    assert ran - code_digest.modules(pages.__name__, pages.INPUTS).keys() <= pages.INPUTS


def modules_run(act: Callable[[], object]) -> set[str]:
    """The modules of wasmnb that have code which runs meanwhile."""
    found: set[str] = set()

    def note(frame: FrameType, *_: object) -> None:
        found.add(str(frame.f_globals.get("__name__")))

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return {name for name in found if name.startswith("wasmnb.")}


def test_a_change_of_other_code_leaves_a_cache_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored = shutil.ignore_patterns("assets", "__pycache__")
    shutil.copytree(code_digest.ROOT / "wasmnb", tmp_path / "wasmnb", ignore=ignored)
    monkeypatch.setattr(code_digest, "ROOT", tmp_path)

    def digest() -> str:
        code_digest.code_digest.cache_clear()
        return code_digest.code_digest(pages.__name__, without=pages.INPUTS)

    def change(path: str) -> None:
        file = tmp_path / "wasmnb" / path
        file.write_text(f"{file.read_text()}\n# changed\n")

    first = digest()
    change("contents/trash.py")
    change("site/execute.py")
    assert digest() == first
    change("site/render/ansi.py")
    assert digest() != first
    code_digest.code_digest.cache_clear()


def test_a_module_that_is_left_out_must_be_there() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"There is no module 'wasmnb\.moved'"):
        code_digest.modules(pages.__name__, {"wasmnb.moved"})


def test_builds_at_the_same_time_save_whole_files(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "file"
    versions = [bytes([number]) * 100_000 for number in range(32)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda data: write_atomically(file, data), versions))
    assert file.read_bytes() in versions
    assert list(file.parent.iterdir()) == [file]


def test_builds_at_the_same_time_save_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "folder"
    with new_folder(folder) as first, new_folder(folder) as second:
        for each in (first, second):
            (each / "file").write_text("whole")
    assert (folder / "file").read_text() == "whole"
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_that_cannot_be_filled_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), new_folder(tmp_path / "folder") as unfinished:
        (unfinished / "file").write_text("half")
        raise OSError("The disk is full.")
    assert not list(tmp_path.iterdir())

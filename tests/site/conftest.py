"""A folder of notebooks, and the site that `wasmnb build` makes of it."""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import expect

from wasmnb.cli.main import main

from ..serving import DEADLINE

expect.set_options(timeout=DEADLINE * 1000)

v4 = nbformat.v4


@dataclass(frozen=True)
class Site:
    """A site on disk."""

    root: Path

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def page(self, notebook: str) -> str:
        """The part of a notebook's page that shows the notebook."""
        found = re.search(r"<main.*</main>", self.read(f"notebooks/{notebook}.html"), re.S)
        assert found
        return found[0]

    def json(self, path: str) -> Any:
        return json.loads(self.read(path))

    def files(self) -> dict[str, bytes]:
        """Everything in it."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in found}


def build(folder: Path, out: Path, *options: str, is_baked: bool = False) -> Site:
    """The site, built as on the command line; its packages are baked where that is wanted."""
    baking = [] if is_baked else ["--no-bake"]
    main(["build", str(folder), "-o", str(out), *baking, *options])
    return Site(out)


def save(file: Path, *cells: Any, **metadata: Any) -> None:
    """A notebook of those cells."""
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(v4.new_notebook(cells=list(cells), metadata=metadata), file)


def text(source: str, **more: Any) -> Any:
    return v4.new_markdown_cell(source, **more)


def code(source: str, *outputs: Any, count: int = 1) -> Any:
    return v4.new_code_cell(source, outputs=list(outputs), execution_count=count)


def shows(**data: Any) -> Any:
    """An output in those forms, named as in `text_html`."""
    return v4.new_output(
        "display_data", {name.replace("_", "/", 1): value for name, value in data.items()}
    )


@pytest.fixture
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """What a page shows of a notebook with those cells."""

    def render(*cells: Any, **metadata: Any) -> str:
        folder = tmp_path_factory.mktemp("folder")
        save(folder / "it.ipynb", *cells, **metadata)
        return build(folder, folder / "site").page("it")

    return render

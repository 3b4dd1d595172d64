"""The corpus is as wide as what people have on their disks."""

import json
from collections import Counter
from functools import cache
from itertools import chain

from . import notebooks
from .notebooks import Json

VALID = [path for path in notebooks.READABLE if path not in notebooks.INVALID]


@cache
def upgraded() -> list[Json]:
    return [json.loads(notebooks.upgraded(path)) for path in VALID]


def cells() -> list[Json]:
    return list(chain.from_iterable(notebook["cells"] for notebook in upgraded()))


def outputs() -> list[Json]:
    return list(chain.from_iterable(cell.get("outputs", []) for cell in cells()))


def test_it_comes_from_ten_projects() -> None:
    projects = Counter(path.split("/")[0] for path in notebooks.paths())
    assert len(projects) == 10
    assert projects.total() > 250


def test_it_has_every_format_since_2() -> None:
    files = [notebooks.parsed(path) for path in VALID]
    formats = {(file["nbformat"], file.get("nbformat_minor")) for file in files}
    assert formats >= {(2, None), (3, 0), *((4, minor) for minor in (0, 1, 2, 4, 5))}


def test_it_has_kernels_of_many_languages() -> None:
    specs = [notebook["metadata"].get("kernelspec", {}) for notebook in upgraded()]
    assert len({spec.get("language") for spec in specs}) > 20


def test_it_has_every_kind_of_cell_and_output() -> None:
    assert {"code", "markdown", "raw"} < {cell["cell_type"] for cell in cells()}
    assert any("attachments" in cell for cell in cells())
    kinds = {"stream", "display_data", "execute_result", "error"}
    assert kinds <= {output["output_type"] for output in outputs()}
    assert len({mime for output in outputs() for mime in output.get("data", {})}) > 15


def test_it_has_large_files_and_stored_widgets() -> None:
    assert max(len(notebooks.original(path)) for path in VALID) > 5_000_000
    assert any("widgets" in notebook["metadata"] for notebook in upgraded())

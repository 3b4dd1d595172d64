"""Run by a person in the browser: outputs are ipykernel's, but for the differences in runs.py."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import nbformat
import pytest

from ..notebook import Notebook
from . import ipykernel
from .notebooks import CORPUS, Json
from .outputs import comparable
from .runs import RUNS, Difference, Run

# Where the browser's kernel has the folder that is served.
DRIVE = "/drive"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another copy of the corpus, for the other kernel."""
    return copytree(CORPUS, tmp_path / "corpus")


@pytest.mark.parametrize(("path", "run"), RUNS.items())
def test_outputs_are_those_of_ipykernel(
    path: str, run: Run, notebook: Notebook, folder: Path, elsewhere: Path
) -> None:
    with ThreadPoolExecutor(1) as meanwhile:
        reference = meanwhile.submit(ipykernel.run, elsewhere / path, each=run.each)
        ours = run_in_the_browser(path, run, notebook, folder)
    theirs = reference.result()

    here, there = comparable(ours, DRIVE), comparable(theirs, str(elsewhere))
    for cell, (mine, other) in enumerate(zip(here, there, strict=True)):
        if cell in run.differences:
            assert_differ(mine, other, run.differences[cell])
        else:
            assert mine == other, f"cell {cell}: {ours[cell]['source']}"
    assert [cell.get("execution_count") for cell in ours] == [
        cell.get("execution_count") for cell in theirs
    ]


def run_in_the_browser(path: str, run: Run, notebook: Notebook, folder: Path) -> list[Json]:
    notebook.open(path)
    for package in run.needs:
        notebook.execute(f"%pip install {package}")
    notebook.do("notebook:clear-all-cell-outputs")
    if run.each:
        notebook.run_each()
    else:
        notebook.run_all()
    notebook.save()
    notebook.close()
    saved = nbformat.read(folder / path, as_version=4)  # type: ignore[no-untyped-call]
    cells: list[Json] = saved.cells
    return cells


def assert_differ(here: list[Json], there: list[Json], difference: Difference) -> None:
    mine, other = (json.dumps(outputs, ensure_ascii=False) for outputs in (here, there))
    assert mine != other or not difference.always
    assert difference.here in mine
    assert difference.there in other

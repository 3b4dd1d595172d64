"""Opened and saved by a person: nothing changes but what nbformat and JupyterLab always change."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ..notebook import Notebook
from . import notebooks
from .jupyterlab import CHANGES
from .notebooks import Json
from .sample import sample

# JupyterLab shows no notebook for these; it says why, in the server's words or in its own.
REFUSED = {
    **notebooks.UNREADABLE,
    "nbformat/tests/v4_5_invalid_metadata.ipynb": "on string 'BAD: should be dict'",
}

# Over HTTP all of the corpus is opened and saved.
PATHS = sample([path for path in notebooks.paths() if path not in REFUSED])

IS_OLD = {path for path in PATHS if notebooks.parsed(path)["nbformat"] < 4}


def expected(path: str) -> Json:
    """A notebook as nbformat upgrades it and JupyterLab saves it."""
    notebook: Json = json.loads(notebooks.without_new_ids(notebooks.upgraded(path), path))
    for change in CHANGES:
        change(notebook)
    return notebook


def saved(path: str, folder: Path) -> Json:
    text = (folder / path).read_text(encoding="utf-8")
    notebook: Json = json.loads(notebooks.without_new_ids(text, path))
    return notebook


# First, while no other notice is in the way of this one.
def test_an_invalid_notebook_opens_with_what_is_wrong(notebook: Notebook, folder: Path) -> None:
    path = "nbformat/tests/invalid.ipynb"
    (folder / "untouched.ipynb").write_text(notebooks.original(path), encoding="utf-8")
    notebook.open("untouched.ipynb", kernel=False)
    notice = notebook.page.get_by_role("alert").filter(has_text="untouched.ipynb is not a valid")
    notice.get_by_role("button", name="Details").click()
    notebook.be_told(notebooks.INVALID[path], "Close")
    assert (folder / "untouched.ipynb").read_text(encoding="utf-8") == notebooks.original(path)
    notebook.save()
    notebook.close()


@pytest.mark.parametrize("path", PATHS)
def test_saving_changes_nothing(path: str, notebook: Notebook, folder: Path) -> None:
    notebook.open(path, kernel=False)
    if path in IS_OLD:
        notebook.be_told("Notebook converted", "Ok")
    notebook.save()
    notebook.close()
    assert saved(path, folder) == expected(path)


def test_a_kernel_leaves_a_notebook_of_its_language_as_it_is(
    notebook: Notebook, folder: Path
) -> None:
    path = "ipython/examples/Index.ipynb"
    assert expected(path)["metadata"]["kernelspec"]["name"] == "python3"
    notebook.open(path)
    notebook.save()
    notebook.close()
    assert saved(path, folder) == expected(path)


@pytest.mark.parametrize(("path", "reason"), REFUSED.items())
def test_what_cannot_be_shown_is_said_and_left_alone(
    path: str, reason: str, notebook: Notebook, folder: Path
) -> None:
    notebook.fail_to_open(path, reason)
    assert (folder / path).read_text(encoding="utf-8") == notebooks.original(path)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_that_is_allowed_for_occurs(change: Callable[[Json], None]) -> None:
    def occurs(path: str) -> bool:
        before = json.loads(notebooks.upgraded(path))
        after = json.loads(notebooks.upgraded(path))
        change(after)
        return bool(before != after)

    assert any(map(occurs, PATHS))

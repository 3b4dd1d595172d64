"""Menu entries and buttons that documents name are those of the page."""

import re
from functools import cache

import pytest

from .pages import PAGES, ROOT, emphasised

# As in *File > Save*, with an angle.
ENTRY = re.compile("\\w+ \u203a (.+)")
# What JupyterLab itself, GitHub and others call their own.
OTHERS = {"Notebook", "Markdown", "Rename and Save", "GitHub Actions"}
FOR_USERS = [page for page in PAGES if page.startswith(("docs/how-to/", "docs/tutorial/"))]


@pytest.mark.parametrize("document", FOR_USERS)
def test_every_menu_entry_and_button_is_there(document: str) -> None:
    named = {label(text) for text in emphasised(document) if text[0].isupper()} - OTHERS
    missing = [name for name in named if not re.search(rf"[\"'`>]{re.escape(name)}", sources())]
    assert not missing


def label(text: str) -> str:
    entry = ENTRY.fullmatch(text)
    return entry[1] if entry else text


@cache
def sources() -> str:
    folders = [it for it in (ROOT / "web").iterdir() if it.is_dir() and it.name != "node_modules"]
    scripts = [file for folder in folders for file in folder.rglob("*.ts")]
    made_here = [*ROOT.glob("wasmnb/site/**/*.py"), *scripts]
    return "\n".join(file.read_text(encoding="utf-8") for file in made_here)

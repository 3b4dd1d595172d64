"""Menu entries that documents name are in the page's menus."""

import re

import pytest

from .pages import PAGES, ROOT, text

ENTRY = re.compile(r"\*\w+ \u203a ([^*\u203a]+)\*")  # as in *File > Save*, with an angle


@pytest.mark.parametrize("document", [page for page in PAGES if ENTRY.search(text(page))])
def test_every_menu_entry_is_there(document: str) -> None:
    web = ROOT / "web"
    sources = "".join(
        file.read_text()
        for folder in web.iterdir()
        if folder.is_dir() and folder.name != "node_modules"
        for file in folder.rglob("*.ts")
    )
    missing = [entry for entry in ENTRY.findall(text(document)) if f'"{entry}"' not in sources]
    assert not missing

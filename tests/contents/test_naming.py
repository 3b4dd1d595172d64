"""The names of new files and copies: the same cases as for the page's server (tests/web)."""

import json
from pathlib import Path
from typing import Any

import pytest

from wasmnb.contents.manager import Contents

CASES = json.loads((Path(__file__).parent.parent / "naming.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=json.dumps)
def test_a_new_file_has_the_first_free_name(case: dict[str, Any], folder: Path) -> None:
    (folder / "from").mkdir()
    for name in case["taken"]:
        (folder / name).touch()
    contents = Contents(folder)
    if "copy" in case:
        (folder / "from" / case["copy"]).touch()
        model = contents.copy(f"from/{case['copy']}", "")
    else:
        model = contents.new_untitled("", case["new"].get("type"), case["new"].get("ext", ""))
    assert model["name"] == case["name"]

"""Writing: cells by keyboard, the text editor, Markdown, headings, find and replace."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .lab import Lab, write, write_texts


@pytest.fixture(autouse=True)
def clean(lab: Lab) -> Lab:
    lab.tidy()
    return lab


def sources(lab: Lab) -> list[str]:
    return [cell["source"] for cell in lab.cells()]


def test_cells_are_added_changed_and_deleted_by_keys(lab: Lab, folder: Path) -> None:
    write(folder / "keys.ipynb", "first")
    lab.open("keys.ipynb", kernel=False)
    lab.cell(0).locator(".cm-content").click()
    press = lab.page.keyboard.press
    press("Escape")
    press("b")
    press("Enter")
    lab.page.keyboard.type("second")
    press("Escape")
    press("a")
    expect(lab.panel.locator(".jp-Notebook-cell")).to_have_count(3)
    assert sources(lab) == ["first", "", "second"]
    press("d")
    press("d")
    expect(lab.panel.locator(".jp-Notebook-cell")).to_have_count(2)
    press("m")
    expect(lab.panel.locator(".jp-MarkdownCell")).to_have_count(1)


def test_the_text_editor_saves_a_python_file(lab: Lab, folder: Path) -> None:
    (folder / "module.py").write_text("")
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    lab.file("module.py").dblclick()
    editor = lab.page.locator(".jp-FileEditor:visible .cm-content")
    editor.click()
    lab.page.keyboard.type("def double(n):\nreturn 2 * n")
    with lab.page.expect_response(lambda answer: answer.request.method == "PUT"):
        lab.page.keyboard.press("Control+s")
    assert (folder / "module.py").read_text() == "def double(n):\n    return 2 * n"


MARKDOWN = """# Title

Euler: $e^{i\\pi} = -1$

```mermaid
flowchart LR
    Here --> There
```

## Part
"""


def test_markdown_is_previewed_with_maths_and_diagrams(lab: Lab, folder: Path) -> None:
    (folder / "text.md").write_text(MARKDOWN)
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    lab.file("text.md").click(button="right")
    lab.page.locator(".lm-Menu-itemLabel").get_by_text("Open With", exact=True).hover()
    lab.page.locator(".lm-Menu-itemLabel").get_by_text("Markdown Preview", exact=True).click()
    preview = lab.page.locator(".jp-MarkdownViewer")
    expect(preview.get_by_role("heading", level=1)).to_contain_text("Title")
    expect(preview.locator("mjx-container")).to_be_visible()
    diagram = preview.locator(".jp-RenderedMermaid img")
    expect(diagram).to_be_visible()
    assert diagram.evaluate("async (img) => (await img.decode(), img.naturalWidth)") > 50


def test_markdown_cells_are_set_when_run_and_edited_on_a_double_click(
    lab: Lab, folder: Path
) -> None:
    write_texts(folder / "markdown.ipynb", "# Title\n\n$x^2$")
    lab.open("markdown.ipynb", kernel=False)
    expect(lab.cell(0).get_by_role("heading", level=1)).to_contain_text("Title")
    expect(lab.cell(0).locator("mjx-container")).to_be_visible()
    lab.cell(0).get_by_role("heading").dblclick()
    lab.page.keyboard.press("Enter")
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.insert_text("## Other")
    lab.page.keyboard.press("Control+Enter")
    expect(lab.cell(0).get_by_role("heading", level=2)).to_contain_text("Other")


def test_the_table_of_contents_lists_headings_and_goes_to_them(lab: Lab, folder: Path) -> None:
    write_texts(folder / "long.ipynb", "# Beginning", *["filler\n\n" * 30] * 4, "## Ending")
    lab.open("long.ipynb", kernel=False)
    lab.side("Table of Contents")
    headings = lab.page.locator(".jp-TableOfContents-tree .jp-tocItem-content")
    expect(headings).to_have_text(["Beginning", "Ending"])
    headings.last.click()
    expect(lab.cell(5).get_by_role("heading")).to_be_in_viewport()
    lab.side("File Browser")


def test_find_and_replace_changes_all_cells(lab: Lab, folder: Path) -> None:
    write(folder / "find.ipynb", "red = 1", "red + red")
    lab.open("find.ipynb", kernel=False)
    lab.cell(0).locator(".cm-content").click()
    lab.page.keyboard.press("Control+f")
    search = lab.page.locator(".jp-DocumentSearch-overlay")
    search.get_by_placeholder("Find").fill("red")
    expect(search.locator(".jp-DocumentSearch-index-counter")).to_have_text(re.compile("/3"))
    search.get_by_title("Show Replace").click()
    search.get_by_placeholder("Replace").fill("blue")
    search.get_by_text("Replace All").click()
    expect(lab.cell(1).locator(".cm-content")).to_have_text("blue + blue")
    assert sources(lab) == ["blue = 1", "blue + blue"]
    lab.page.keyboard.press("Escape")
    expect(search).to_have_count(0)


def test_copied_cells_are_pasted_by_keys(lab: Lab, folder: Path) -> None:
    write(folder / "copy.ipynb", "original")
    lab.open("copy.ipynb", kernel=False)
    lab.cell(0).locator(".jp-InputPrompt").click()
    for key in "cvv":
        lab.page.keyboard.press(key)
    expect(lab.panel.locator(".jp-Notebook-cell")).to_have_count(3)
    assert sources(lab) == ["original"] * 3

"""What running a cell shows: streams, results, rich display, errors."""

from pathlib import Path

from playwright.sync_api import expect

from .lab import Lab, outputs_of


def test_prints_and_warnings_appear_in_order_before_the_result(notebook: Lab) -> None:
    notebook.says(
        "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')\n'four'",
        "one\n",
        "two\n",
        "three\n",
        "'four'",
    )


def test_a_result_has_the_number_of_its_cell(notebook: Lab) -> None:
    cell = notebook.enter("6 * 7")
    number = cell.locator(".jp-InputPrompt").inner_text()
    expect(cell.locator(".jp-OutputPrompt")).to_have_text(number)
    expect(cell.locator(".jp-OutputArea-executeResult .jp-OutputArea-output")).to_have_text("42")


def test_output_appears_while_the_cell_still_runs(notebook: Lab) -> None:
    cell = notebook.start("print('early')\nname = input()")
    expect(outputs_of(cell).first).to_have_text("early\n")
    expect(cell.locator(".jp-InputPrompt")).to_have_text("[*]:")
    cell.locator(".jp-Stdin-input").press("Enter")
    notebook.is_done(cell)


def test_html_is_shown_as_a_table(notebook: Lab) -> None:
    cell = notebook.enter(
        "from IPython.display import HTML\nHTML('<table><tr><td>cell</td></tr></table>')"
    )
    expect(cell.get_by_role("cell", name="cell")).to_be_visible()


def test_svg_is_drawn(notebook: Lab) -> None:
    cell = notebook.enter(
        "from IPython.display import SVG\n"
        'SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">'
        '<circle r="40"/></svg>\')'
    )
    picture = cell.locator(".jp-RenderedSVG").locator("img, svg")
    expect(picture).to_be_visible()
    assert picture.bounding_box() and picture.bounding_box()["width"] == 90  # type: ignore[index]


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def test_png_is_drawn(notebook: Lab) -> None:
    cell = notebook.enter(
        "from base64 import b64decode\nfrom IPython.display import Image\n"
        f"Image(b64decode('{PIXEL}'), width=30)"
    )
    picture = cell.get_by_role("img")
    expect(picture).to_have_attribute("width", "30")
    assert picture.evaluate("async (img) => (await img.decode(), img.naturalWidth)") == 1


def test_markdown_is_set_as_text(notebook: Lab) -> None:
    cell = notebook.enter("from IPython.display import Markdown\nMarkdown('## Two *words*')")
    expect(cell.get_by_role("heading", level=2)).to_contain_text("Two words")
    expect(cell.locator("em")).to_have_text("words")


def test_latex_is_set_as_maths(notebook: Lab) -> None:
    cell = notebook.enter(r"from IPython.display import Math" + "\n" + r"Math(r'\frac{a}{b}')")
    expect(cell.locator("mjx-container mjx-mfrac").first).to_be_attached()


def test_an_object_shows_itself(notebook: Lab) -> None:
    cell = notebook.enter(
        "class Flag:\n    def _repr_html_(self):\n        return '<b>flag</b>'\nFlag()"
    )
    expect(cell.locator("b")).to_have_text("flag")


def test_a_display_is_replaced_by_its_update(notebook: Lab) -> None:
    first = notebook.enter("handle = display('before', display_id=True)")
    expect(outputs_of(first)).to_have_text("'before'")
    notebook.enter("handle.update('after')")
    expect(outputs_of(first)).to_have_text("'after'")


def test_output_can_be_cleared(notebook: Lab) -> None:
    notebook.says(
        "from IPython.display import clear_output\nprint('old')\nclear_output()\nprint('new')",
        "new\n",
    )


def test_an_error_shows_ipythons_traceback(notebook: Lab) -> None:
    cell = notebook.enter("def divide(n):\n    return 1 / n\n\ndivide(0)")
    [text] = outputs_of(cell).all_inner_texts()
    assert text.startswith("-----")
    assert "Traceback (most recent call last)" in text
    assert "----> 4 divide(0)" in text
    assert "----> 2     return 1 / n" in text
    assert text.rstrip().endswith("ZeroDivisionError: division by zero")


def test_an_error_stops_the_cells_that_wait(notebook: Lab, folder: Path) -> None:
    cell = notebook.start(
        "from pathlib import Path\nwhile not Path('go on').exists(): pass\nraise ValueError"
    )
    waiting = notebook.start("print('never')")
    (folder / "go on").touch()
    notebook.is_done(cell)
    expect(waiting.locator(".jp-InputPrompt")).to_have_text("[ ]:")
    expect(outputs_of(waiting)).to_have_count(0)


def test_await_works_at_the_top_of_a_cell(notebook: Lab) -> None:
    notebook.says(
        "import asyncio\nasync def answer():\n    await asyncio.sleep(0.01)\n    return 42\n"
        "await answer()",
        "42",
    )


def test_a_task_goes_on_when_its_cell_is_done(notebook: Lab) -> None:
    cell = notebook.enter(
        "import asyncio\nhandle = display('waiting', display_id=True)\n"
        "go_on = asyncio.Event()\n"
        "async def later():\n    await go_on.wait()\n    handle.update('went on')\n"
        "task = asyncio.create_task(later())"
    )
    notebook.enter("go_on.set()")
    expect(outputs_of(cell)).to_have_text("'went on'")

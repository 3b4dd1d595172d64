"""IPython's magics and history, at work in a notebook."""

from pathlib import Path

from playwright.sync_api import expect

from .lab import Lab, outputs_of


def test_who_lists_names(notebook: Lab) -> None:
    notebook.enter("%reset -f")
    notebook.enter("answer = 42")
    expect(outputs_of(notebook.enter("%who"))).to_contain_text("answer")


def test_capture_keeps_output_for_later(notebook: Lab) -> None:
    notebook.says("%%capture kept\nprint('quiet')")
    notebook.says("kept.stdout", "'quiet\\n'")


def test_writefile_writes_to_disk(notebook: Lab, folder: Path) -> None:
    notebook.says("%%writefile note.txt\nhello", "Writing note.txt\n")
    assert (folder / "note.txt").read_text() == "hello\n"


def test_html_cells_are_shown_as_html(notebook: Lab) -> None:
    cell = notebook.enter("%%html\n<h3>Heading</h3>")
    expect(cell.get_by_role("heading", name="Heading", exact=True)).to_be_visible()


def test_javascript_runs_in_the_page(notebook: Lab) -> None:
    cell = notebook.enter("%%javascript\nelement.append('from a script')")
    expect(outputs_of(cell)).to_have_text("from a script")


def test_a_question_mark_shows_help_in_the_pager(notebook: Lab) -> None:
    notebook.enter("def area(r):\n    'The area of a circle.'")
    expect(outputs_of(notebook.enter("area?"))).to_contain_text("The area of a circle.")


def test_a_shell_command_is_refused_with_a_sentence(notebook: Lab) -> None:
    [text] = outputs_of(notebook.enter("!git status")).all_inner_texts()
    assert "browser" in text


def test_in_out_and_the_underscore_remember(notebook: Lab) -> None:
    number = notebook.enter("6 * 7").locator(".jp-InputPrompt").inner_text().strip("[]:")
    notebook.says("_", "42")
    notebook.says(f"In[{number}], Out[{number}]", "('6 * 7', 42)")


def test_history_is_printed(notebook: Lab) -> None:
    notebook.enter("a_line_to_remember = 1")
    expect(outputs_of(notebook.enter("%history -l 2"))).to_contain_text("a_line_to_remember = 1")

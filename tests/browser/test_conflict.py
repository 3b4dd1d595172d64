"""Two who edit one file: neither loses anything, whoever saves last decides with both in view."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Response, expect

from ..conftest import faultless
from .lab import Hold, Lab, read, write


def put(answer: Response) -> bool:
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


def checkpoint(answer: Response) -> bool:
    return answer.request.method == "POST" and "/checkpoints" in answer.url


def save(lab: Lab) -> int:
    """Press Ctrl+S, and wait until the page is done with it; the status of the server's answer."""
    statuses: list[int] = []

    def is_last(answer: Response) -> bool:
        if put(answer):
            statuses.append(answer.status)
        # One that comes before the save is of the document that was opened.
        return (checkpoint(answer) and bool(statuses)) or (put(answer) and not answer.ok)

    with lab.page.expect_response(is_last):
        lab.page.keyboard.press("Control+s")
    return statuses[-1]


def sources(file: Path) -> list[str]:
    return [cell.source for cell in read(file).cells]


def lines(lab: Lab, kind: str) -> Locator:
    """The lines of the difference that only one version has."""
    return lab.dialog.locator(f".wasmnb-Diff-lines .wasmnb-mod-{kind}")


@pytest.fixture(autouse=True)
def clean(lab: Lab) -> Lab:
    lab.tidy()
    return lab


@pytest.fixture(scope="module")
def other_desk(person: BrowserContext, address: str) -> Lab:
    return Lab(person.new_page(), address)


@pytest.fixture
def other(other_desk: Lab) -> Iterator[Lab]:
    """The same person's second tab."""
    with faultless(other_desk.page):
        other_desk.tidy()
        yield other_desk


def open_in_both(lab: Lab, other: Lab, file: Path) -> None:
    for tab in (lab, other):
        tab.page.bring_to_front()
        tab.open(file.name, kernel=False)


def edit(lab: Lab, source: str) -> None:
    lab.page.bring_to_front()
    lab.type(source)


def test_of_two_tabs_the_later_is_shown_what_differs_cell_by_cell(
    lab: Lab, other: Lab, folder: Path
) -> None:
    file = write(folder / "both.ipynb", "shared = 1", "last = 'as it was'")
    open_in_both(lab, other, file)
    edit(other, "last = 'of the other tab'")
    assert save(other) == 200
    edit(lab, "last = 'of this tab'")
    assert save(lab) == 412
    assert sources(file) == ["shared = 1", "last = 'of the other tab'"]
    expect(lab.dialog).to_contain_text("both.ipynb has changed on disk")
    expect(lab.dialog).to_contain_text("1 unchanged cell")
    expect(lab.dialog).to_contain_text("Cell 2 (code): changed")
    expect(lines(lab, "removed")).to_have_text(["- last = 'of the other tab'\n"])
    expect(lines(lab, "added")).to_have_text(["+ last = 'of this tab'\n"])
    lab.answer("Cancel")
    assert sources(file) == ["shared = 1", "last = 'of the other tab'"]
    assert [cell["source"] for cell in lab.cells()] == ["shared = 1", "last = 'of this tab'"]
    expect(lab.tab("both.ipynb")).to_have_class(re.compile("jp-mod-dirty"))


def test_overwriting_keeps_what_is_here_and_the_other_tab_learns_of_it(
    lab: Lab, other: Lab, folder: Path
) -> None:
    file = write(folder / "overwritten.ipynb", "as it was")
    open_in_both(lab, other, file)
    edit(other, "of the other tab")
    save(other)
    edit(lab, "of this tab")
    save(lab)
    with lab.page.expect_response(put):
        lab.answer("Overwrite")
    assert sources(file) == ["of this tab"]
    edit(other, "of the other tab again")
    assert save(other) == 412
    other.answer("Cancel")
    assert sources(file) == ["of this tab"]
    edit(lab, "of this tab again")
    assert save(lab) == 200


def test_reloading_shows_what_is_on_disk_and_goes_on_from_there(lab: Lab, folder: Path) -> None:
    file = write(folder / "reloaded.ipynb", "as it was")
    lab.open("reloaded.ipynb", kernel=False)
    write(file, "of another program")
    lab.type("mine")
    assert save(lab) == 412
    lab.answer("Reload")
    expect(lab.cell(0).locator(".cm-content")).to_have_text("of another program")
    expect(lab.tab("reloaded.ipynb")).not_to_have_class(re.compile("jp-mod-dirty"))
    lab.type("mine, after that")
    assert save(lab) == 200
    assert sources(file) == ["mine, after that"]


def save_as(lab: Lab, name: str) -> None:
    """Give the file another name, which is one of the answers to the dialog in front."""
    lab.dialog.get_by_role("button", name="Save As…").click()
    lab.dialog.get_by_role("textbox").fill(name)
    lab.dialog.get_by_role("button", name="Save", exact=True).click()


def test_what_is_here_can_be_saved_under_another_name(lab: Lab, folder: Path) -> None:
    file = write(folder / "taken.ipynb", "as it was")
    lab.open("taken.ipynb", kernel=False)
    write(file, "of another program")
    lab.type("mine")
    assert save(lab) == 412
    save_as(lab, "mine.ipynb")
    expect(lab.tab("mine.ipynb")).to_be_visible()
    lab.open("mine.ipynb")  # which is in front, and whose kernel starts
    assert sources(folder / "mine.ipynb") == ["mine"]
    assert sources(file) == ["of another program"]


def open_and_lose(lab: Lab, file: Path) -> None:
    """Open a notebook, which another program then removes, change it and try to save it."""
    name = write(file, "as it was").name

    def is_last(answer: Response) -> bool:
        """Whether it is the last that is asked for when the notebook is opened."""
        return checkpoint(answer) and name in answer.url

    with lab.page.expect_response(is_last):
        lab.open(name, kernel=False)
    file.unlink()
    lab.type("mine")
    assert save(lab) == 412
    expect(lab.dialog).to_contain_text(f"{file.name} was moved or deleted")


def test_what_is_gone_from_disk_can_be_saved_there_again(lab: Lab, folder: Path) -> None:
    open_and_lose(lab, folder / "gone.ipynb")
    with lab.page.expect_response(put):
        lab.answer("Save Again")
    assert sources(folder / "gone.ipynb") == ["mine"]
    expect(lab.tab("gone.ipynb")).not_to_have_class(re.compile("jp-mod-dirty"))


def test_what_is_gone_from_disk_can_be_saved_elsewhere(lab: Lab, folder: Path) -> None:
    open_and_lose(lab, folder / "moved.ipynb")
    save_as(lab, "kept.ipynb")
    expect(lab.tab("kept.ipynb")).to_be_visible()
    expect(lab.tab("moved.ipynb")).to_have_count(0)
    lab.open("kept.ipynb")  # which is in front, and whose kernel starts
    assert sources(folder / "kept.ipynb") == ["mine"]
    assert not (folder / "moved.ipynb").exists()
    expect(lab.dialog).to_have_count(0)


def test_what_goes_while_it_is_opened_is_shown_without_an_alarm(lab: Lab, folder: Path) -> None:
    file = write(folder / "brief.ipynb", "as it was")
    checkpoints = re.compile(r"/brief\.ipynb/checkpoints")
    held = Hold(lab.page, checkpoints)
    lab.open("brief.ipynb", kernel=False)
    file.unlink()
    with lab.page.expect_response(checkpoint):
        held.let_go()
    expect(lab.cell(0).locator(".cm-content")).to_have_text("as it was")
    expect(lab.dialog).to_have_count(0)
    lab.page.unroute(checkpoints)


def test_what_changes_while_one_decides_is_not_overwritten_either(lab: Lab, folder: Path) -> None:
    file = write(folder / "again.ipynb", "as it was")
    lab.open("again.ipynb", kernel=False)
    write(file, "of another program")
    lab.type("mine")
    save(lab)
    expect(lines(lab, "removed")).to_have_text(["- of another program\n"])
    write(file, "of another program, later")
    lab.dialog.get_by_role("button", name="Overwrite").click()
    expect(lines(lab, "removed")).to_have_text(["- of another program, later\n"])
    assert sources(file) == ["of another program, later"]
    lab.answer("Cancel")


AUTOSAVE = """async () => {
    const {context} = jupyterapp.shell.currentWidget;
    context.save().catch(() => {});
    return true;
}"""


def test_saving_by_itself_overwrites_nothing_and_asks_once(lab: Lab, folder: Path) -> None:
    file = write(folder / "by-itself.ipynb", "as it was")
    lab.open("by-itself.ipynb", kernel=False)
    write(file, "of another program")
    lab.type("mine")
    for _ in range(2):
        with lab.page.expect_response(put):
            lab.page.evaluate(AUTOSAVE)
    expect(lab.dialog).to_have_count(1)
    lab.answer("Cancel")
    assert sources(file) == ["of another program"]


def test_a_text_is_compared_line_by_line(lab: Lab, folder: Path) -> None:
    file = folder / "text.txt"
    file.write_text("one\ntwo\nthree\n")
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    lab.file("text.txt").dblclick()
    editor = lab.page.locator(".jp-FileEditor:visible .cm-content")
    expect(editor).to_contain_text("three")
    editor.click()
    lab.page.keyboard.press("Control+Home")
    lab.page.keyboard.insert_text("zero\n")
    file.write_text("one\n2\nthree\n")
    assert save(lab) == 412
    expect(lines(lab, "added")).to_have_text(["+ zero\n", "+ two\n"])
    expect(lines(lab, "removed")).to_have_text(["- 2\n"])
    lab.answer("Overwrite")
    expect(lab.tab("text.txt")).not_to_have_class(re.compile("jp-mod-dirty"))
    assert file.read_text() == "zero\none\ntwo\nthree\n"


def test_renamed_and_saved_again_there_is_no_conflict(lab: Lab, folder: Path) -> None:
    write(folder / "before.ipynb", "as it was")
    lab.open("before.ipynb", kernel=False)
    lab.type("mine")
    assert save(lab) == 200
    with lab.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        lab.page.evaluate("() => jupyterapp.shell.currentWidget.context.rename('after.ipynb')")
    expect(lab.tab("after.ipynb")).to_be_visible()
    lab.type("mine, renamed")
    assert save(lab) == 200
    assert sources(folder / "after.ipynb") == ["mine, renamed"]
    assert not (folder / "before.ipynb").exists()


def test_a_file_that_changed_is_deleted_on_demand_only(lab: Lab, folder: Path) -> None:
    file = write(folder / "deleted.ipynb", "as it was")
    lab.open("deleted.ipynb", kernel=False)
    write(file, "of another program")
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    lab.file("deleted.ipynb").click()
    lab.page.keyboard.press("Delete")
    lab.dialog.get_by_role("button", name="Delete").click()
    expect(lab.dialog).to_contain_text("has changed on disk since you opened it. Delete")
    assert sources(file) == ["of another program"]
    with lab.page.expect_response(lambda answer: answer.status == 204):
        lab.answer("Delete")
    assert not file.exists()

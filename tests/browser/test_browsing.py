"""Finding one's way: the launcher, the file browser, tabs, menus, the command palette."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from .lab import Lab, write


@pytest.fixture(autouse=True)
def clean(lab: Lab) -> Lab:
    lab.tidy()
    return lab


def rename_to(lab: Lab, name: str) -> None:
    """Type into the box that the file browser shows for a name."""
    box = lab.files.locator("input.jp-DirListing-editor")
    expect(box).to_be_focused()
    box.fill(name)
    box.press("Enter")


def context_menu(lab: Lab, row: Locator, label: str) -> None:
    row.click(button="right")
    lab.page.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True).click()


def test_the_launcher_starts_a_notebook(lab: Lab, folder: Path) -> None:
    launcher = lab.page.locator(".jp-Launcher:visible")
    card = launcher.locator(".jp-LauncherCard[data-category='Notebook']")
    expect(card).to_contain_text("Python (WebAssembly)")
    card.click()
    expect(lab.panel.locator(".jp-KernelName")).to_have_text("Python (WebAssembly)")
    lab.is_idle()
    lab.says("1 + 1", "2")
    assert (folder / "Untitled.ipynb").exists()


def test_the_launcher_starts_a_console(lab: Lab) -> None:
    launcher = lab.page.locator(".jp-Launcher:visible")
    launcher.locator(".jp-LauncherCard[data-category='Console']").click()
    console = lab.page.locator(".jp-ConsolePanel")
    console.locator(".jp-CodeConsole-promptCell .cm-content").click()
    lab.page.keyboard.insert_text("1 + 1")
    lab.page.keyboard.press("Shift+Enter")
    expect(console.locator(".jp-OutputArea-output").last).to_have_text("2")


def test_a_folder_is_made_renamed_and_deleted(lab: Lab, folder: Path) -> None:
    lab.page.get_by_role("button", name="New Folder").click()
    rename_to(lab, "plans")
    expect(lab.file("plans")).to_be_visible()
    assert (folder / "plans").is_dir()
    context_menu(lab, lab.file("plans"), "Rename")
    rename_to(lab, "drafts")
    expect(lab.file("drafts")).to_be_visible()
    assert not (folder / "plans").exists()
    context_menu(lab, lab.file("drafts"), "Delete")
    lab.answer("Delete")
    expect(lab.file("drafts")).to_have_count(0)
    assert not (folder / "drafts").exists()


def test_a_file_is_uploaded(lab: Lab, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "uploaded.txt").write_text("from elsewhere")
    with lab.page.expect_file_chooser() as chooser:
        lab.page.get_by_role("button", name="Upload Files").click()
    chooser.value.set_files(tmp_path / "uploaded.txt")
    expect(lab.file("uploaded.txt")).to_be_visible()
    assert (folder / "uploaded.txt").read_text() == "from elsewhere"


def test_a_file_is_copied_and_downloaded(lab: Lab, folder: Path) -> None:
    (folder / "original.txt").write_text("words")
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    context_menu(lab, lab.file("original.txt"), "Duplicate")
    expect(lab.file("original-Copy1.txt")).to_be_visible()
    with lab.page.expect_download() as download:
        context_menu(lab, lab.file("original-Copy1.txt"), "Download")
    assert download.value.suggested_filename == "original-Copy1.txt"
    assert download.value.path().read_text() == "words"


def test_a_double_click_enters_a_folder_and_opens_a_notebook(lab: Lab, folder: Path) -> None:
    write(folder / "shelf" / "inside.ipynb", "'read me'")
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    lab.file("shelf").dblclick()
    lab.file("inside.ipynb").dblclick()
    expect(lab.cell(0).locator(".cm-content")).to_have_text("'read me'")
    expect(lab.page).to_have_url(re.compile(r"/lab/tree/shelf/inside\.ipynb"))
    lab.is_idle()
    lab.page.locator(".jp-BreadCrumbs-home").click()
    expect(lab.file("shelf")).to_be_visible()


def test_tabs_show_what_is_open_and_are_closed_by_their_cross(lab: Lab, folder: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (folder / name).write_text(name)
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    for name in ("one.txt", "two.txt"):
        lab.file(name).dblclick()
        expect(lab.page.locator(".jp-FileEditor:visible .cm-content")).to_have_text(name)
    lab.tab("one.txt").click()
    expect(lab.page.locator(".jp-FileEditor:visible .cm-content")).to_have_text("one.txt")
    lab.tab("one.txt").locator(".lm-TabBar-tabCloseIcon").click()
    expect(lab.tab("one.txt")).to_have_count(0)
    expect(lab.tab("two.txt")).to_be_visible()


def test_a_renamed_notebook_keeps_its_tab(lab: Lab, folder: Path) -> None:
    write(folder / "before.ipynb")
    lab.open("before.ipynb")
    lab.page.keyboard.press("Control+Shift+c")
    lab.page.keyboard.press("Escape")
    context_menu(lab, lab.tab("before.ipynb"), "Rename Notebook…")
    lab.dialog.locator("input").first.fill("after.ipynb")
    lab.answer("Rename")
    expect(lab.tab("after.ipynb")).to_be_visible()
    assert (folder / "after.ipynb").exists()
    assert not (folder / "before.ipynb").exists()


def test_the_command_palette_finds_and_runs_a_command(lab: Lab) -> None:
    lab.page.keyboard.press("Control+Shift+c")
    lab.page.keyboard.type("new launcher")
    expect(lab.page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text(
        "New Launcher"
    )
    lab.page.keyboard.press("Enter")
    expect(lab.page.locator(".lm-CommandPalette-item")).to_have_count(0)
    expect(lab.tab("Launcher")).to_have_count(2)


def test_an_unknown_path_is_told_in_a_sentence(lab: Lab, address: str) -> None:
    page = lab.page.context.new_page()
    page.goto(address.replace("/lab?", "/lab/tree/nowhere.ipynb?"))
    expect(page.locator(".jp-Dialog")).to_contain_text("nowhere.ipynb")
    page.close()

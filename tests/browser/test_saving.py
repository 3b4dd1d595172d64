"""What is written in the page reaches the file, or the page says why not and keeps it."""

import os
import re
import sys
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, BrowserContext, Response, Route, expect

from ..serving import DEADLINE, serving
from .lab import Lab, read, write


def put(answer: Response) -> bool:
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


def save(lab: Lab) -> None:
    """Press Ctrl+S, and wait for the server's answer."""
    with lab.page.expect_response(put):
        lab.page.keyboard.press("Control+s")


def source(file: Path) -> str:
    return str(read(file).cells[0].source)


@pytest.fixture(autouse=True)
def clean(lab: Lab) -> Lab:
    lab.tidy()
    return lab


def test_ctrl_s_writes_a_valid_notebook(lab: Lab, folder: Path) -> None:
    file = write(folder / "by-hand.ipynb")
    lab.open("by-hand.ipynb")
    lab.enter("print('saved')")
    expect(lab.tab("by-hand.ipynb")).to_have_class(re.compile("jp-mod-dirty"))
    save(lab)
    assert source(file) == "print('saved')"
    [output] = read(file).cells[0].outputs
    assert output.text == "saved\n"


def test_a_notebook_saves_itself(lab: Lab, folder: Path) -> None:
    file = write(folder / "by-itself.ipynb")
    lab.set("Document Manager", "autosaveInterval", "1")
    lab.open("by-itself.ipynb", kernel=False)
    with lab.page.expect_response(put):
        lab.type("nobody pressed save")
    lab.set("Document Manager", "autosaveInterval", "120")
    assert source(file) == "nobody pressed save"


def unanswered(route: Route) -> None:
    """The server saves, and the page does not hear of it."""
    if route.request.method == "PUT":
        route.fetch()
    else:
        route.continue_()


def test_a_tab_that_is_closed_while_it_saves_leaves_the_old_file_or_the_new_one(
    person: BrowserContext, address: str, folder: Path
) -> None:
    file = write(folder / "closed.ipynb")
    lab = Lab(person.new_page(), address)
    lab.open("closed.ipynb", kernel=False)
    lab.type("saved")
    save(lab)
    much = "on its way " * 50_000
    lab.type(much)
    with lab.page.expect_request(lambda request: request.method == "PUT"):
        lab.page.keyboard.press("Control+s")
    lab.page.close()
    assert source(file) in ("saved", much)

    lab = Lab(person.new_page(), address)
    lab.open("closed.ipynb", kernel=False)
    assert [cell["source"] for cell in lab.cells()] == [source(file)]
    lab.type("saved, and nobody heard of it")
    lab.page.route(re.compile("/api/contents/"), unanswered)
    lab.page.keyboard.press("Control+s")
    deadline = monotonic() + DEADLINE
    while source(file) != "saved, and nobody heard of it" and monotonic() < deadline:
        lab.page.evaluate("1")  # meanwhile, requests are handled
    lab.page.close()
    assert source(file) == "saved, and nobody heard of it"


def kept(lab: Lab, sentence: str, *sources: str) -> None:
    """Saving is refused with a sentence, and the page still has what was written."""
    lab.page.keyboard.press("Control+s")
    expect(lab.dialog).to_contain_text(sentence)
    lab.answer("Close")
    assert [cell["source"] for cell in lab.cells()] == list(sources)
    expect(lab.tab("kept.ipynb")).to_have_class(re.compile("jp-mod-dirty"))


def program(folder: Path, *lines: str) -> str:
    """A Python for a server that may do less than this one."""
    file = folder / "python"
    file.write_text("\n".join(["#!/bin/sh", *lines]).replace("PYTHON", sys.executable))
    file.chmod(0o755)
    return str(file)


def test_where_there_is_no_room_the_page_says_so_and_keeps_what_was_written(
    browser: Browser, tmp_path: Path
) -> None:
    file = write(tmp_path / "folder" / "kept.ipynb", "as it was")
    # No file may become larger than 64 kB.
    python = program(tmp_path, "ulimit -f 128", 'exec PYTHON "$@"')
    with serving(file.parent, python=python) as address, browser.new_page() as page:
        lab = Lab(page, address)
        lab.open("kept.ipynb", kernel=False)
        much = "long " * 20_000
        lab.type(much)
        kept(lab, "larger than this disk allows", much)
        assert source(file) == "as it was"
        lab.type("short")
        save(lab)
        assert source(file) == "short"


def test_where_there_is_no_room_at_all_a_notebook_opens_and_runs(
    browser: Browser, tmp_path: Path
) -> None:
    file = write(tmp_path / "folder" / "kept.ipynb", "6 * 7")
    python = program(tmp_path, "ulimit -f 0", 'exec PYTHON "$@"')
    with serving(file.parent, python=python) as address, browser.new_page() as page:
        lab = Lab(page, address)
        lab.open("kept.ipynb")
        lab.says("6 * 7", "42")
        kept(lab, "larger than this disk allows", "6 * 7", "")
        assert source(file) == "6 * 7"


def test_in_a_read_only_folder_the_page_says_so_and_keeps_what_was_written(
    browser: Browser, tmp_path: Path
) -> None:
    file = write(tmp_path / "folder" / "kept.ipynb", "as it was")
    # Permissions bind root, too, once it has given up all its other rights.
    without = "setpriv --bounding-set=-all --inh-caps=-all" if os.getuid() == 0 else ""
    python = program(tmp_path, f'exec {without} PYTHON "$@"')
    with serving(file.parent, python=python) as address, browser.new_page() as page:
        lab = Lab(page, address)
        lab.open("kept.ipynb", kernel=False)
        file.chmod(0o444)
        file.parent.chmod(0o555)
        lab.type("mine")
        kept(lab, "protected on disk", "mine")
        assert source(file) == "as it was"
        file.parent.chmod(0o755)
        file.chmod(0o644)
        save(lab)
        assert source(file) == "mine"


def test_a_corrupt_notebook_is_told_in_a_sentence_and_left_as_it_is(lab: Lab, folder: Path) -> None:
    text = '{"cells": ['
    (folder / "corrupt.ipynb").write_text(text)
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    lab.file("corrupt.ipynb").dblclick()
    expect(lab.dialog).to_contain_text("corrupt.ipynb")
    expect(lab.dialog).to_contain_text("JSON")
    lab.page.keyboard.press("Escape")
    assert (folder / "corrupt.ipynb").read_text() == text

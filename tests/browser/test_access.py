"""Who comes without the token is asked for it, and let in with it."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from .lab import Lab, read, write


def test_the_printed_address_lets_in_and_shows_no_token(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    page.goto(serve(tmp_path))
    expect(page.locator(".jp-Launcher")).to_be_visible()
    assert "token" not in page.url


def test_the_log_in_page_wants_the_right_token(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    write(tmp_path / "private.ipynb", "'for friends'")
    address = serve(tmp_path, "--token", "open sesame")
    page.goto(address.partition("?")[0] + "/tree/private.ipynb")
    box = page.get_by_label(re.compile("token", re.IGNORECASE))
    box.fill("open barley")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    box.fill("open sesame")
    box.press("Enter")
    expect(page).to_have_url(re.compile("/lab/tree/private.ipynb$"))
    expect(page.locator(".jp-CodeCell .cm-content")).to_have_text("'for friends'")


def test_a_stranger_is_told_nothing_of_the_files(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("treasure")
    site = serve(tmp_path).partition("/lab")[0]
    for path in ("/lab", "/tree", "/api/contents/secret.txt", "/files/secret.txt"):
        page.goto(f"{site}{path}")
        assert "treasure" not in page.content()
        assert "secret.txt" not in page.locator("body").inner_text()


def test_who_is_logged_out_logs_in_beside_the_page_and_goes_on(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    write(tmp_path / "n.ipynb")
    address = serve(tmp_path, "--token", "open sesame")
    lab = Lab(page, address)
    lab.open("n.ipynb")
    lab.enter("'before'")
    with page.context.new_page() as other:
        other.goto(f"{address.partition('/lab')[0]}/logout")

    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.keyboard.press("Control+s")
        with page.expect_popup() as popup:
            lab.answer("Log In")
        popup.value.get_by_label("Token").fill("open sesame")
        popup.value.get_by_role("button", name="Log in").click()
    assert read(tmp_path / "n.ipynb").cells[0].source == "'before'"
    lab.says("import os; os.listdir()", "['n.ipynb']")

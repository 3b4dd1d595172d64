"""Settings and the layout last; the log console tells what happened."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from .lab import Lab, write


def test_the_dark_theme_lasts(lab: Lab) -> None:
    body = lab.page.locator("body")
    expect(body).to_have_attribute("data-jp-theme-light", "true")
    lab.menu("Settings", "Theme", "JupyterLab Dark")
    expect(body).to_have_attribute("data-jp-theme-light", "false")
    lab.keeps("JupyterLab Dark")
    lab.reload()
    expect(body).to_have_attribute("data-jp-theme-name", "JupyterLab Dark")
    lab.menu("Settings", "Theme", "JupyterLab Light")
    expect(body).to_have_attribute("data-jp-theme-light", "true")


def test_a_setting_lasts(lab: Lab) -> None:
    lab.set("Document Manager", "autosaveInterval", "7")
    lab.reload()
    expect(lab.setting("Document Manager", "autosaveInterval")).to_have_value("7")


def test_the_layout_lasts(lab: Lab, folder: Path) -> None:
    lab.tidy()
    write(folder / "kept.ipynb", "'still here'")
    lab.open("kept.ipynb")
    lab.keeps("kept.ipynb")
    lab.reload()
    expect(lab.cell(0).locator(".cm-content")).to_have_text("'still here'")
    lab.is_idle()
    lab.says("1 + 1", "2")


def test_two_windows_do_not_share_a_layout(lab: Lab, tab: Page) -> None:
    own = re.compile("/lab/workspaces/auto-")
    # JupyterLab gives the other window half a second to answer, which a busy one may miss.
    for _ in range(5):
        tab.goto(lab.page.url)
        expect(tab.locator(".jp-DirListing-content")).to_be_visible()
        if own.search(tab.url):
            break
    expect(tab).to_have_url(own)


def test_the_log_console_shows_what_a_notebook_logs(lab: Lab, folder: Path) -> None:
    lab.tidy()
    write(folder / "logs.ipynb")
    lab.open("logs.ipynb")
    lab.menu("View", "Show Log Console")
    console = lab.page.locator(".jp-LogConsolePanel")
    expect(console).to_be_visible()
    lab.page.get_by_role("combobox", name="Log level").select_option("Info")
    lab.enter("import sys\nprint('careful', file=sys.stderr)")
    expect(console).to_contain_text("careful")

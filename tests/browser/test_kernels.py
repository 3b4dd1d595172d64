"""Kernels come and go as they do in JupyterLab: restart, shut down, reconnect, share."""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .lab import PYTHON, Lab, outputs_of, read, write


@pytest.fixture
def notebook(lab: Lab, folder: Path, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A notebook and kernel for each test."""
    name = f"{request.node.originalname}.ipynb"
    write(folder / name)
    lab.open(name)
    yield lab
    lab.tidy()


def status(lab: Lab) -> Locator:
    return lab.page.locator("#jp-main-statusbar")


def test_the_status_bar_shows_what_the_kernel_does(notebook: Lab) -> None:
    expect(status(notebook)).to_contain_text("Python (WebAssembly) | Idle")
    cell = notebook.start("input()")
    expect(status(notebook)).to_contain_text("Python (WebAssembly) | Busy")
    cell.locator(".jp-Stdin-input").press("Enter")
    expect(status(notebook)).to_contain_text("Python (WebAssembly) | Idle")


def steps(lab: Lab) -> list[str]:
    """What the kernel's start consisted of, in the order in which it began."""
    lab.menu("Kernel", "Show Startup Timeline")
    shown = lab.dialog.locator("tbody td:first-child:not([colspan])").all_inner_texts()
    lab.answer("Close")
    return shown


ASKED = "from asking for a kernel until it is ready"


def test_restarting_takes_the_kernel_in_reserve(notebook: Lab) -> None:
    notebook.enter("name = 1")
    while len(notebook.page.workers) < 2:  # its own, and the one in reserve
        notebook.page.wait_for_event("worker")
    notebook.restart()
    notebook.says("'name' in globals()", "False")
    assert steps(notebook)[0] != ASKED  # it was on its way before


def test_restarting_clears_names_and_counts_from_one(notebook: Lab) -> None:
    notebook.enter("name = 1")
    notebook.restart()
    expect(status(notebook)).to_contain_text("| Idle")
    cell = notebook.enter("name")
    expect(outputs_of(cell)).to_contain_text("NameError: name 'name' is not defined")
    expect(cell.locator(".jp-InputPrompt")).to_have_text("[1]:")


def test_a_busy_kernel_can_be_restarted(notebook: Lab) -> None:
    cell = notebook.start("print('begun')\nwhile True: pass")
    expect(outputs_of(cell)).to_have_text("begun\n")
    notebook.restart()
    notebook.says("1 + 1", "2")


def test_restart_and_run_all_runs_from_the_top(notebook: Lab) -> None:
    notebook.enter("print('first')")
    notebook.type("print('second')")
    notebook.page.get_by_role("button", name="Restart the kernel and run all cells").click()
    notebook.answer("Restart")
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[2]:")
    expect(outputs_of(notebook.cell(0))).to_have_text("first\n")
    expect(outputs_of(notebook.cell(1))).to_have_text("second\n")


def test_shutting_down_leaves_the_notebook_without_a_kernel(notebook: Lab) -> None:
    notebook.menu("Kernel", "Shut Down Kernel")
    expect(notebook.panel.locator(".jp-KernelName")).to_have_text("No Kernel")
    notebook.panel.locator(".jp-KernelName").click()
    notebook.answer("Select")
    notebook.says("1 + 1", "2")


def open_foreign(lab: Lab, file: Path, **metadata: object) -> None:
    """Open a notebook that another program has put there, from the file browser."""
    foreign = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1 + 1")], metadata=metadata
    )
    nbformat.write(foreign, file)
    lab.page.get_by_role("button", name="Refresh the file browser").click()
    lab.file(file.name).dblclick()
    expect(lab.cell(0)).to_be_visible()


def test_a_notebook_that_names_no_kernel_gets_the_only_one_and_names_it_once_it_is_saved(
    lab: Lab, folder: Path
) -> None:
    file = folder / "nameless.ipynb"
    open_foreign(lab, file)
    lab.is_idle()
    expect(lab.dialog).to_have_count(0)
    lab.says("6 * 7", "42")
    lab.save()
    assert read(file).metadata.kernelspec == PYTHON
    lab.tidy()


@pytest.mark.parametrize("more", [{}, {"language": "python"}], ids=["nameless", "python"])
def test_a_notebook_of_a_kernel_that_is_not_there_gets_the_one_for_its_language(
    lab: Lab, folder: Path, more: dict[str, str]
) -> None:
    kernel = {"name": "venv", "display_name": "My Python", **more}
    open_foreign(lab, folder / f"made-elsewhere-{len(more)}.ipynb", kernelspec=kernel)
    lab.is_idle()
    expect(lab.dialog).to_have_count(0)
    lab.says("6 * 7", "42")
    lab.tidy()


def test_who_opens_a_notebook_of_another_language_is_asked_and_it_keeps_its_kernel(
    lab: Lab, folder: Path
) -> None:
    file, r = folder / "r.ipynb", {"name": "ir", "display_name": "R", "language": "R"}
    open_foreign(lab, file, kernelspec=r)
    expect(lab.dialog).to_contain_text('Select kernel for: "r.ipynb"')
    lab.answer("No Kernel")
    expect(lab.kernel_name).to_have_text("No Kernel")
    lab.save()
    assert read(file).metadata.kernelspec == r
    lab.tidy()


def test_a_notebook_opened_again_finds_its_kernel(notebook: Lab, folder: Path) -> None:
    notebook.enter("name = 'kept'")
    notebook.save()
    [file] = [file.name for file in folder.glob("test_a_notebook_opened_again*")]
    notebook.tab(file).locator(".lm-TabBar-tabCloseIcon").click()
    expect(notebook.panel).to_have_count(0)
    notebook.open(file)
    notebook.says("name", "'kept'")


def test_reconnecting_finds_the_same_kernel(notebook: Lab) -> None:
    notebook.enter("name = 'still here'")
    notebook.menu("Kernel", "Reconnect to Kernel")
    notebook.says("name", "'still here'")


def test_the_running_panel_lists_a_kernel_and_shuts_it_down(notebook: Lab) -> None:
    notebook.side("Running")
    kernel = notebook.page.locator(".jp-RunningSessions-item.jp-mod-kernel")
    expect(kernel).to_contain_text("test_the_running_panel_lists_a_kernel_and_shuts_it_down.ipynb")
    kernel.hover()
    kernel.get_by_title("Shut Down", exact=True).click()
    expect(kernel).to_have_count(0)
    expect(notebook.panel.locator(".jp-KernelName")).to_have_text("No Kernel")
    notebook.side("File Browser")


def test_a_console_shares_names_with_its_notebook(notebook: Lab) -> None:
    notebook.enter("name = 'shared'")
    notebook.panel.locator(".jp-Notebook").click(button="right")
    notebook.page.locator(".lm-Menu-itemLabel").get_by_text("New Console for Notebook").click()
    console = notebook.page.locator(".jp-ConsolePanel")
    prompt = console.locator(".jp-CodeConsole-promptCell .cm-content")
    prompt.click()
    notebook.page.keyboard.insert_text("name")
    notebook.page.keyboard.press("Shift+Enter")
    expect(console.locator(".jp-OutputArea-output").last).to_have_text("'shared'")
    prompt.click()
    notebook.page.keyboard.insert_text("from_console = 1")
    notebook.page.keyboard.press("Shift+Enter")
    expect(console.locator(".jp-CodeConsole-content .jp-InputPrompt").last).to_have_text(
        re.compile(r"\[\d+\]:")
    )
    notebook.says("from_console", "1")


def test_busy_code_of_a_page_without_isolation_is_stopped_by_a_restart(
    page: Page, address: str, folder: Path
) -> None:
    def plain(route: Route) -> None:
        answer = route.fetch()
        headers = {k: v for k, v in answer.headers.items() if not k.startswith("cross-origin-")}
        route.fulfill(response=answer, headers=headers)

    page.route(re.compile("/lab"), plain)
    write(folder / "without isolation.ipynb")
    lab = Lab(page, address)
    lab.open("without isolation.ipynb")
    cell = lab.start("print('begun')\nwhile True: pass")
    expect(outputs_of(cell)).to_have_text("begun\n")
    lab.panel.get_by_role("button", name="Interrupt the kernel").click()
    notice = lab.panel.get_by_role("alert")
    expect(notice).to_contain_text("Restarting the kernel stops it")
    notice.get_by_role("button", name="Restart Kernel").click()
    expect(notice).to_be_hidden()
    expect(outputs_of(cell)).to_have_text("begun\n")
    lab.says("1 + 1", "2")


def test_exit_ends_the_kernel_and_another_can_be_started(notebook: Lab) -> None:
    notebook.start("exit")
    ended = notebook.panel.get_by_role("alert")
    expect(ended).to_be_visible()
    ended.get_by_role("button", name="Try Again").click()
    expect(ended).to_be_hidden()
    notebook.says("1 + 1", "2")

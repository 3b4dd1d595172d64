"""The toolbar's stop button ends what runs, and the kernel goes on."""

import pytest
from playwright.sync_api import expect

from .lab import Lab, outputs_of

ENDLESS = {
    "a busy loop": "while True: pass",
    "a sleep": "import time\ntime.sleep(600)",
    "an await": "import asyncio\nawait asyncio.sleep(600)",
    "an event loop of its own": "import asyncio\nasyncio.run(asyncio.sleep(600))",
    "input": "input()",
}


def stop(notebook: Lab) -> None:
    notebook.panel.get_by_role("button", name="Interrupt the kernel").click()


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_the_stop_button_ends(source: str, notebook: Lab) -> None:
    cell = notebook.start(f"print('begun')\n{source}")
    expect(outputs_of(cell).first).to_have_text("begun\n")
    stop(notebook)
    notebook.is_done(cell)
    expect(outputs_of(cell).filter(has_text="KeyboardInterrupt")).to_be_visible()
    notebook.says("1 + 1", "2")


def test_pressing_i_twice_interrupts_too(notebook: Lab) -> None:
    cell = notebook.start("print('begun')\nwhile True: pass")
    expect(outputs_of(cell).first).to_have_text("begun\n")
    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("i")
    notebook.page.keyboard.press("i")
    notebook.is_done(cell)
    expect(outputs_of(cell).last).to_contain_text("KeyboardInterrupt")


def test_what_a_cell_did_before_it_was_stopped_stays(notebook: Lab) -> None:
    cell = notebook.start("kept = 1\nprint('begun')\nwhile True: pass")
    expect(outputs_of(cell).first).to_have_text("begun\n")
    stop(notebook)
    notebook.is_done(cell)
    notebook.says("kept", "1")


def test_code_may_catch_the_interrupt(notebook: Lab) -> None:
    cell = notebook.start(
        "print('begun')\ntry:\n    while True: pass\nexcept KeyboardInterrupt:\n    print('caught')"
    )
    expect(outputs_of(cell)).to_have_text(["begun\n"])
    stop(notebook)
    notebook.is_done(cell)
    expect(outputs_of(cell)).to_have_text(["begun\ncaught\n"])


def test_cells_that_wait_are_not_run_after_an_interrupt(notebook: Lab) -> None:
    cell = notebook.start("print('begun')\nwhile True: pass")
    waiting = notebook.start("print('never')")
    expect(outputs_of(cell).first).to_have_text("begun\n")
    stop(notebook)
    notebook.is_done(cell)
    expect(waiting.locator(".jp-InputPrompt")).to_have_text("[ ]:")
    expect(outputs_of(waiting)).to_have_count(0)

"""A cell and its reader talk to each other: widgets, comms, input()."""

from playwright.sync_api import expect

from .lab import Lab, outputs_of


def test_a_slider_moved_by_keys_changes_what_python_shows(notebook: Lab) -> None:
    cell = notebook.enter(
        "from ipywidgets import interact, IntSlider\n"
        "@interact(n=IntSlider(min=0, max=100, value=41))\n"
        "def show(n):\n    print('half is', n / 2)"
    )
    shown = cell.locator(".widget-output, .jupyter-widgets-output-area")
    expect(shown.first).to_contain_text("half is 20.5")
    cell.get_by_role("slider").press("ArrowRight")
    expect(shown.first).to_contain_text("half is 21.0")


def test_a_button_calls_python(notebook: Lab) -> None:
    cell = notebook.enter(
        "import ipywidgets\n"
        "button, label = ipywidgets.Button(description='Count'), ipywidgets.Label('0')\n"
        "button.on_click(lambda _: setattr(label, 'value', str(int(label.value) + 1)))\n"
        "ipywidgets.HBox([button, label])"
    )
    for count in ("1", "2"):
        cell.get_by_role("button", name="Count").click()
        expect(cell.locator(".widget-label").last).to_have_text(count)


def test_text_typed_into_a_widget_reaches_python(notebook: Lab) -> None:
    cell = notebook.enter("box = ipywidgets.Text(description='Name')\nbox")
    cell.get_by_role("textbox").last.press_sequentially("Ada")
    notebook.says("box.value", "'Ada'")


def test_python_changes_a_widget_that_is_shown(notebook: Lab) -> None:
    cell = notebook.enter("bar = ipywidgets.IntProgress(value=1, max=10)\nbar")
    notebook.enter("bar.value = 7")
    expect(cell.locator("[role=progressbar], progress, .progress-bar").first).to_be_visible()
    assert "70%" in cell.locator(".progress-bar").evaluate("bar => bar.style.width")


def test_input_asks_and_python_goes_on_with_the_answer(notebook: Lab) -> None:
    cell = notebook.start("name = input('Your name? ')\nprint('Hello', name)")
    expect(cell.locator(".jp-Stdin-prompt")).to_have_text("Your name? ")
    box = cell.locator(".jp-Stdin-input")
    box.press_sequentially("Ada")
    box.press("Enter")
    notebook.is_done(cell)
    expect(outputs_of(cell).last).to_have_text("Hello Ada\n")


def test_getpass_hides_what_is_typed(notebook: Lab) -> None:
    cell = notebook.start("from getpass import getpass\nlen(getpass('Password: '))")
    box = cell.locator(".jp-Stdin-input")
    expect(box).to_have_attribute("type", "password")
    box.press_sequentially("secret")
    box.press("Enter")
    notebook.is_done(cell)
    expect(outputs_of(cell).last).to_have_text("6")


def test_input_inside_a_coroutine_asks_too(notebook: Lab) -> None:
    cell = notebook.start(
        "import asyncio\nasync def ask():\n    await asyncio.sleep(0)\n    return input('? ')\n"
        "await ask()"
    )
    box = cell.locator(".jp-Stdin-input")
    box.press_sequentially("yes")
    box.press("Enter")
    notebook.is_done(cell)
    expect(outputs_of(cell).last).to_have_text("'yes'")

"""Help while code is written: completion by Tab, the tooltip, and contextual help."""

from playwright.sync_api import Locator, expect

from .lab import Lab


def completions(notebook: Lab) -> Locator:
    return notebook.page.locator(".jp-Completer:visible .jp-Completer-item")


def test_tab_offers_names_and_enter_takes_one(notebook: Lab) -> None:
    notebook.enter("wavelength_red = 700\nwavelength_blue = 450")
    cell = notebook.type("wavelen")
    notebook.page.keyboard.press("Tab")
    expect(completions(notebook)).to_contain_text(["wavelength_blue", "wavelength_red"])
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press("Enter")
    expect(cell.locator(".cm-content")).to_have_text("wavelength_red")


def test_a_second_tab_takes_the_only_name(notebook: Lab) -> None:
    notebook.enter("unmistakable = 1")
    cell = notebook.type("unmist")
    notebook.page.keyboard.press("Tab")
    expect(completions(notebook)).to_contain_text(["unmistakable"])
    notebook.page.keyboard.press("Tab")
    expect(cell.locator(".cm-content")).to_have_text("unmistakable")


def test_tab_offers_attributes(notebook: Lab) -> None:
    notebook.enter("text = 'words'")
    notebook.type("text.is")
    notebook.page.keyboard.press("Tab")
    expect(completions(notebook).filter(has_text="isalpha")).to_be_visible()
    notebook.page.keyboard.press("Escape")
    expect(completions(notebook)).to_have_count(0)


def test_tab_offers_what_jedi_finds_in_code_that_has_not_run(notebook: Lab) -> None:
    notebook.type("import collections\ncollections.Counter('abc').most_c")
    notebook.page.keyboard.press("Tab")
    expect(completions(notebook)).to_contain_text(["most_common"])
    notebook.page.keyboard.press("Escape")


def test_shift_tab_shows_signature_and_docstring(notebook: Lab) -> None:
    notebook.enter("def area(radius):\n    'The area of a circle.'\n    return 3.14 * radius**2")
    notebook.type("area(")
    notebook.page.keyboard.press("Shift+Tab")
    tooltip = notebook.page.locator(".jp-Tooltip")
    expect(tooltip).to_contain_text("area(radius)")
    expect(tooltip).to_contain_text("The area of a circle.")
    notebook.page.keyboard.press("Escape")
    expect(tooltip).to_have_count(0)


def test_contextual_help_follows_the_cursor(notebook: Lab) -> None:
    notebook.menu("Help", "Show Contextual Help")
    inspector = notebook.page.locator(".jp-Inspector")
    notebook.type("len")
    expect(inspector).to_contain_text("Return the number of items in a container.")
    notebook.type("abs")
    expect(inspector).to_contain_text("Return the absolute value of the argument.")
    notebook.tab("Contextual Help").locator(".lm-TabBar-tabCloseIcon").click()
    expect(inspector).to_have_count(0)

"""Help while code is written: completion by Tab, the tooltip, and contextual help."""

from playwright.sync_api import Locator, expect

from .lab import Lab


def completions(notebook: Lab) -> Locator:
    return notebook.page.locator(".jp-Completer:visible .jp-Completer-item")


def test_tab_offers_attributes(notebook: Lab) -> None:
    notebook.enter("text = 'words'")
    notebook.type("text.is")
    notebook.page.keyboard.press("Tab")
    expect(completions(notebook).filter(has_text="isalpha")).to_be_visible()
    notebook.page.keyboard.press("Escape")
    expect(completions(notebook)).to_have_count(0)


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

"""JupyterLab, as someone with a mouse and a keyboard uses it."""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

import re
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, Route, expect

from ..notebook import RESTORED, Notebook

HAS_RUN = re.compile(r"\[\d+\]:")
PYTHON = {"name": "python-wasm", "display_name": "Python (WebAssembly)", "language": "python"}


def write(file: Path, *sources: str) -> Path:
    """A notebook with such code cells; one without a source has an empty cell."""
    return write_cells(file, [nbformat.v4.new_code_cell(source) for source in sources or [""]])


def write_texts(file: Path, *sources: str) -> Path:
    """A notebook with such Markdown cells."""
    return write_cells(file, [nbformat.v4.new_markdown_cell(source) for source in sources])


def write_cells(file: Path, cells: list[Any]) -> Path:
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": PYTHON})
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, file)
    return file


def read(file: Path) -> Any:
    """A notebook on disk, which is a valid one."""
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    return notebook


# Settings are kept as texts within texts.
KEEPS = r"""(text) => Object.values(localStorage).some(
    kept => kept.replaceAll("\\", "").includes(text)
)"""

# An empty page gets a launcher, but for one that goes before JupyterLab watches for that.
TIDY = """async () => {
    while (jupyterapp.shell.isEmpty("main")) await new Promise(requestAnimationFrame);
    for (const widget of [...jupyterapp.shell.widgets("main")]) widget.dispose();
    await jupyterapp.serviceManager.sessions.shutdownAll();
    if (jupyterapp.shell.isEmpty("main")) await jupyterapp.commands.execute("launcher:create");
    return true;
}"""


class Hold:
    """Keeps requests waiting, from now on until they are let go."""

    def __init__(self, page: Page, pattern: re.Pattern[str]) -> None:
        self._held: list[Route] = []
        self._holds = True
        page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._holds:
            self._held.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        """Also those of which the news is still on its way."""
        self._holds = False
        for route in self._held:
            route.continue_()


class Lab(Notebook):
    """The page, with a notebook in front; a cell is what a person sees of it."""

    @property
    def panel(self) -> Locator:
        return self.page.locator(".jp-NotebookPanel:visible")

    @property
    def dialog(self) -> Locator:
        return self.page.locator(".jp-Dialog")

    @property
    def files(self) -> Locator:
        """The file browser's list."""
        return self.page.locator(".jp-DirListing:visible")

    def cell(self, number: int) -> Locator:
        return self.panel.locator(f".jp-Cell[data-windowed-list-index='{number}']")

    def type(self, source: str) -> Locator:
        """Write a source into the last cell; the cell."""
        last = self.panel.locator(".jp-Notebook-cell").last
        cell = self.cell(int(last.get_attribute("data-windowed-list-index") or ""))
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)
        return cell

    def start(self, source: str) -> Locator:
        """Type a source into the last cell and run it, which adds a cell; the cell that runs."""
        cell = self.type(source)
        self.page.keyboard.press("Shift+Enter")
        return cell

    def enter(self, source: str) -> Locator:
        """Type a source, run it and wait until it is done; the cell."""
        cell = self.start(source)
        self.is_done(cell)
        return cell

    def is_done(self, cell: Locator) -> None:
        expect(cell.locator(".jp-InputPrompt")).to_have_text(HAS_RUN)

    def is_idle(self) -> None:
        """The notebook's kernel is there, and has nothing to do."""
        indicator = self.panel.locator(".jp-Notebook-ExecutionIndicator")
        expect(indicator).to_have_attribute("data-status", "idle")

    def says(self, source: str, *outputs: str) -> None:
        """Running a source shows these outputs, from top to bottom."""
        cell = self.enter(source)
        expect(outputs_of(cell)).to_have_text(list(outputs))

    @property
    def kernel_name(self) -> Locator:
        return self.panel.locator(".jp-KernelName")

    def switch(self, kernel: str) -> None:
        """Choose another kernel for the notebook, and wait until it is there."""
        self.kernel_name.click()
        self.dialog.locator("select").select_option(label=kernel)
        self.answer("Select")
        expect(self.kernel_name).to_have_text(kernel)
        self.is_idle()

    def restart(self) -> None:
        """Restart the notebook's kernel, and say yes to that."""
        self.menu("Kernel", "Restart Kernel…")
        self.answer("Restart")

    def menu(self, *labels: str) -> None:
        """Choose from the menu bar."""
        menu, *items = labels
        self.page.locator(".lm-MenuBar-item").get_by_text(menu, exact=True).click()
        for label in items:
            item = self.page.locator(".lm-Menu-item").filter(has=label_of(self.page, label))
            item.click()

    def answer(self, button: str) -> None:
        """Click a button of the dialog in front, which then goes away."""
        self.dialog.locator(".jp-Dialog-button").get_by_text(button, exact=True).click()
        expect(self.dialog).to_have_count(0)

    def file(self, name: str) -> Locator:
        """A row of the file browser."""
        return self.files.locator(".jp-DirListing-item").filter(
            has=self.page.get_by_text(name, exact=True)
        )

    def tab(self, title: str) -> Locator:
        return self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").filter(
            has=self.page.get_by_text(title, exact=True)
        )

    def reload(self) -> None:
        """Load the page again, as someone who comes back to it."""
        self.page.reload()
        self._until(RESTORED)

    def keeps(self, text: str) -> None:
        """Wait until the page has put that text among what it keeps of a person's choices."""
        self._until(KEEPS, text)

    def setting(self, section: str, name: str) -> Locator:
        """A field of the settings editor, in front."""
        self.menu("Settings", "Settings Editor")
        sections = self.page.locator(".jp-PluginList-entry:visible")
        sections.filter(has_text=section).first.click()
        return self.page.locator(f".jp-SettingsPanel [id$='_{name}']:visible")

    def set(self, section: str, name: str, value: str) -> None:
        """Fill in a field of the settings editor, and close it."""
        self.setting(section, name).fill(value)
        self.keeps(f'"{name}": {value},')
        self.tab("Settings").locator(".lm-TabBar-tabCloseIcon").click()
        expect(self.tab("Settings")).to_have_count(0)

    def tidy(self) -> None:
        """Close all tabs, whatever is in them, and end all kernels."""
        self._until(TIDY)

    def side(self, title: str) -> None:
        """Click the icon of a side bar."""
        self.page.locator(f".jp-SideBar .lm-TabBar-tab[title^='{title}']").click()


def outputs_of(cell: Locator) -> Locator:
    return cell.locator(".jp-OutputArea-output")


def label_of(page: Page, label: str) -> Locator:
    return page.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True)

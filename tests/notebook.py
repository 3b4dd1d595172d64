"""A notebook in the page, as someone who sits in front of it uses it."""

from typing import Any

from playwright.sync_api import Page

from .serving import DEADLINE

RESTORED = """async () => {
    while (!window.jupyterapp) await new Promise(requestAnimationFrame);
    await jupyterapp.restored;
    return true;
}"""

OPEN = """async ({path, kernelPreference}) => {
    const {commands} = jupyterapp;
    while (!commands.hasCommand("docmanager:open")) await new Promise(requestAnimationFrame);
    const args = {path, factory: "Notebook", kernelPreference};
    const panel = await commands.execute("docmanager:open", args);
    await panel.context.ready;
    await panel.revealed;
    while (jupyterapp.shell.currentWidget !== panel) await new Promise(requestAnimationFrame);
    return true;
}"""

# The promise of the command is not awaited: it stays open if the notebook cannot be shown.
TRY_TO_OPEN = """(path) => {
    void jupyterapp.commands.execute("docmanager:open", {path, factory: "Notebook"});
}"""

IS_CLOSED = """(path) => ![...jupyterapp.shell.widgets("main")].some(
    widget => widget.context?.path === path
)"""

# Cells are drawn while the browser has nothing else to do.
IS_DRAWN = "() => jupyterapp.shell.currentWidget?.content.widgets.every(c => !c.isPlaceholder())"

# JupyterLab asks which kernel a notebook is to have if the notebook does not say it.
HAS_KERNEL_OR_ASKS = """() => {
    const {session} = jupyterapp.shell.currentWidget.sessionContext;
    return document.querySelector(".jp-Dialog") ? "asks" : session?.kernel ? "has" : "";
}"""

# A kernel tells which language it speaks, and the notebook notes it: then it is all there.
KERNEL_READY = """async () => {
    const {sessionContext} = jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    const {kernel} = sessionContext.session;
    await kernel.info;
    await kernel.spec;
    return true;
}"""

EXECUTE = """async (command) => {
    await jupyterapp.commands.execute(command);
    return true;
}"""

# The command for running all cells ends at the first error, though cells after it may still run.
# A kernel answers in the order that it is asked.
HAS_RUN = """async () => {
    await jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestKernelInfo();
    return true;
}"""

RUN = """async (cell) => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
    await jupyterapp.commands.execute("notebook:run-cell");
    return true;
}"""

# As a console of the same kernel would: the notebook counts its own cells only.
EXECUTE_APART = """async (code) => {
    const {kernel} = jupyterapp.shell.currentWidget.sessionContext.session;
    const {content} = await kernel.requestExecute({code, store_history: false}).done;
    if (content.status !== "ok") throw new Error(content.evalue);
    return true;
}"""

CLOSE = """async () => {
    const {session} = jupyterapp.shell.currentWidget.sessionContext;
    await jupyterapp.commands.execute("application:close");
    if (session) await jupyterapp.serviceManager.sessions.shutdown(session.id);
    return true;
}"""

CELLS = "() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(c => c.toJSON())"


class Notebook:
    """The page at an address that the server printed, and the notebook in front of it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        self._until(RESTORED)

    def try_to_open(self, path: str) -> None:
        """Ask for a notebook, whatever comes of it."""
        self.page.evaluate(TRY_TO_OPEN, path)

    def fail_to_open(self, path: str, because: str) -> None:
        """Open a notebook that cannot be shown, and be told why; then its tab closes."""
        self.try_to_open(path)
        self.be_told(because, "Close")
        self._until(IS_CLOSED, path)

    def open(self, path: str, *, kernel: bool = True) -> None:
        """Open a notebook in a new tab, and wait for its kernel if it is to have one."""
        self._until(OPEN, {"path": path, "kernelPreference": {"shouldStart": kernel}})
        self._until(IS_DRAWN)
        if kernel:
            if self._until(HAS_KERNEL_OR_ASKS) == "asks":
                self.page.locator(".jp-Dialog").get_by_role("button", name="Select Kernel").click()
            self._until(KERNEL_READY)

    def be_told(self, text: str, answer: str) -> None:
        """Wait until a dialog says that, and press the button that says the answer."""
        dialog = self.page.get_by_role("dialog").filter(has_text=text)
        dialog.get_by_role("button", name=answer).click(timeout=DEADLINE * 1000)
        dialog.wait_for(state="detached")

    def run_all(self) -> None:
        """Run the cells from top to bottom, up to one that raises an error."""
        self.do("notebook:run-all-cells")
        self._until(HAS_RUN)

    def run_each(self) -> None:
        """Run one code cell after the other, whatever comes of them."""
        for number, cell in enumerate(self.cells()):
            if cell["cell_type"] == "code":
                self.run(number)

    def run(self, cell: int) -> None:
        self._until(RUN, cell)

    def execute(self, code: str) -> None:
        """Run code in the notebook's kernel, and in none of its cells."""
        self._until(EXECUTE_APART, code)

    def cells(self) -> list[dict[str, Any]]:
        """The cells as they would be saved."""
        cells: list[dict[str, Any]] = self.page.evaluate(CELLS)
        return cells

    def outputs(self, cell: int) -> list[dict[str, Any]]:
        outputs: list[dict[str, Any]] = self.cells()[cell]["outputs"]
        return outputs

    def save(self) -> None:
        self.do("docmanager:save")

    def close(self) -> None:
        """Close the tab, and end its kernel."""
        self._until(CLOSE)

    def do(self, command: str) -> None:
        """Wait until a command of JupyterLab's menus has done its work."""
        self._until(EXECUTE, command)

    def _until(self, script: str, argument: Any = None) -> Any:
        """Wait until a script in the page comes to something, within the deadline."""
        result = self.page.wait_for_function(script, arg=argument, timeout=DEADLINE * 1000)
        return result.json_value()

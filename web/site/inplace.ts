/** JupyterLab's notebook takes the place of the one that was read: same page, same place in it, and what was wished is done. */
import { NotebookShell } from "@jupyter-notebook/application";
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { NotebookPanel } from "@jupyterlab/notebook";
import { started } from "../notebook";
import { isEmbedded } from "./embed";
import type { Wish } from "./wish";

const RUNNING = "wasmnb-running";
const COMMANDS = {
  "run": "notebook:run-cell",
  "run and go on": "notebook:run-cell-and-select-next",
  "run all": "notebook:run-all-cells",
} as const;

window.takePlace = async (wish: Wish): Promise<void> => {
  const app = await started;
  const panel = await opened(app);
  if (isEmbedded()) leaveOut(app, panel);
  const place = placeOf(wish);
  document.body.classList.add(RUNNING, "jp-ThemedContainer");
  if (place) await scroll(panel, place);
  await fulfil(wish, panel, app);
};

/** The notebook that the address opens, with its file in it and its kernel begun. */
async function opened(app: JupyterFrontEnd): Promise<NotebookPanel> {
  await app.restored;
  const panel = app.shell.currentWidget;
  if (!(panel instanceof NotebookPanel)) throw new Error("It did not open; reload the page to try again.");
  await Promise.all([panel.context.ready, panel.revealed]);
  return panel;
}

/** A frame shows the cells alone. */
function leaveOut({ shell }: JupyterFrontEnd, { toolbar }: NotebookPanel): void {
  toolbar.hide();
  if (!(shell instanceof NotebookShell)) return;
  shell.collapseTop();
  shell.menu.hide();
}

interface Place {
  readonly cell: number;
  readonly top: number;
}

/** The cell that stays where it is, and where that is: the one that is meant, else the first that is seen; null where none is. */
function placeOf(wish: Wish): Place | null {
  const cells = [...document.querySelectorAll<HTMLElement>(".cell")];
  const seen = cells.find((cell) => cell.getBoundingClientRect().bottom > 0);
  const shown = "cell" in wish ? cells.find(({ dataset }) => dataset.cell === String(wish.cell)) : seen;
  return shown ? { cell: Number(shown.dataset.cell), top: shown.getBoundingClientRect().top } : null;
}

async function scroll({ content }: NotebookPanel, { cell, top }: Place): Promise<void> {
  content.activeCellIndex = cell;
  await content.scrollToItem(cell, "start");
  const shown = content.widgets[cell]?.node.getBoundingClientRect().top ?? top;
  content.outerNode.scrollTop += shown - top;
}

async function fulfil(wish: Wish, { content, sessionContext }: NotebookPanel, { commands }: JupyterFrontEnd): Promise<void> {
  content.activate();
  if (wish.what === "look") return;
  if (wish.what === "edit") {
    content.mode = "edit";
    return;
  }
  await sessionContext.ready;
  // Their ends are the kernel's business, and are shown in the cells.
  void commands.execute(COMMANDS[wish.what]);
}

/** JupyterLab's notebook takes the place of the one that was read: same page, same place in it, and what was wished is done. */
import { NotebookShell } from "@jupyter-notebook/application";
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { IThemeManager } from "@jupyterlab/apputils";
import type { Cell } from "@jupyterlab/cells";
import { type Notebook, NotebookPanel } from "@jupyterlab/notebook";
import { startKernel } from "../plugins/cell-executor";
import { started } from "../app/notebook";
import { type Draft, drafts, publishedIn } from "../hydration/draft-editor";
import { isEmbedded } from "../site/embed";
import { SHARE } from "../site/plugins/share";
import type { Wish } from "../hydration/actions";

const RUNNING = "wasmnb-running";
const PATIENCE = 10_000; // milliseconds for what is run, before more is begun
const COMMANDS = {
  "run": "notebook:run-cell",
  "run and go on": "notebook:run-cell-and-select-next",
  "run all": "notebook:run-all-cells",
} as const;

window.takePlace = async (wishes) => {
  const app = await started;
  const panel = await opened(app);
  if (isEmbedded()) leaveOut(app, panel);
  const { wasmnbBegun: begun } = window;
  // What has run is drawn as soon as it is asked for.
  if (begun?.hasRun && panel.model) await Promise.race([startKernel(panel.sessionContext, panel.model), patience()]);
  const cells = numbered(panel.content.widgets);
  await draw(panel.content, placeOf(wishes[0]), cells);
  // The rest in one go, so that no key gets lost: who writes goes on in the notebook.
  const place = placeOf(wishes[0]);
  const written = drafts();
  document.body.classList.add(RUNNING, "jp-ThemedContainer");
  panel.content.activate();
  if (place) align(panel.content, place, cells);
  for (const draft of written) cells[draft.cell] = take(draft, cells[draft.cell], panel.content);
  begun?.hand(cells.map((cell) => cell?.model.id));
  const done: Promise<void>[] = [];
  for (const wish of wishes) done.push(fulfil(wish, cells, panel.content, app, [...done]));
  // What was run took the focus, as it should where that is what was written.
  const writing = written.find(({ hasFocus }) => hasFocus);
  const isRun = wishes.some((wish) => "cell" in wish && wish.what !== "edit" && wish.cell === writing?.cell);
  if (writing && !isRun) writeOn(writing, cells[writing.cell], panel.content);
  const end = Promise.allSettled(done).then(() => begun?.drop());
  await Promise.race([end, patience()]);
};

const patience = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, PATIENCE); });

/** The notebook that the address opens, with its file in it and its kernel begun. */
async function opened(app: JupyterFrontEnd): Promise<NotebookPanel> {
  await app.restored;
  const panel = app.shell.currentWidget;
  if (!(panel instanceof NotebookPanel)) throw new Error("It did not open; reload the page to try again.");
  await Promise.all([panel.context.ready, panel.revealed, themed(app)]);
  return panel;
}

/** JupyterLab hides all of itself for a moment when its theme has come, and what is hidden takes no focus. */
async function themed(app: JupyterFrontEnd): Promise<void> {
  const themes = await app.resolveOptionalService(IThemeManager);
  if (themes && !themes.theme) await new Promise((resolve) => { themes.themeChanged.connect(resolve); });
  const { node } = app.shell;
  await new Promise<void>((resolve) => {
    const watcher = new MutationObserver(() => { look(); });
    const look = (): void => {
      if (node.classList.contains("lm-mod-hidden")) return;
      watcher.disconnect();
      resolve();
    };
    watcher.observe(node, { attributeFilter: ["class"] });
    look();
  });
}

/** A frame shows the cells alone. */
function leaveOut({ shell }: JupyterFrontEnd, { toolbar }: NotebookPanel): void {
  toolbar.hide();
  if (!(shell instanceof NotebookShell)) return;
  shell.collapseTop();
  shell.menu.hide();
}

/** The notebook's cells by the numbers that the page gives them: in one that its reader has changed, each is where its source is now, else where it was. */
function numbered(widgets: readonly Cell[]): (Cell | undefined)[] {
  const cells: (Cell | undefined)[] = [...widgets];
  const isOf = (source: string | null) => (cell: Cell | undefined): boolean => cell?.model.sharedModel.source === source;
  for (const shown of document.querySelectorAll<HTMLElement>(".code-cell")) {
    const [number, isSame] = [Number(shown.dataset.cell), isOf(publishedIn(shown))];
    if (!isSame(widgets[number])) cells[number] = widgets.find(isSame) ?? widgets[number];
  }
  return cells;
}

interface Place {
  readonly cell: number;
  /** Null where that is as far up as it goes. */
  readonly top: number | null;
}

/** The cell that stays where it is, and where that is: the one that is meant, else written in, else seen first; null where there is none. */
function placeOf(wish: Wish | undefined): Place | null {
  const cells = [...document.querySelectorAll<HTMLElement>(".cell")];
  const isAtTop = window.scrollY === 0;
  const meant = wish && "cell" in wish ? cells.find(({ dataset }) => dataset.cell === String(wish.cell)) : undefined;
  const written = document.activeElement?.closest<HTMLElement>(".cell");
  const shown = meant ?? written ?? cells.find((cell) => cell.getBoundingClientRect().bottom > 0);
  if (!shown) return null;
  const { top } = shown.getBoundingClientRect();
  return { cell: Number(shown.dataset.cell), top: isAtTop && !meant && !written ? null : top };
}

/** JupyterLab draws cells when they come into sight, be it behind the page. */
async function draw(notebook: Notebook, place: Place | null, cells: readonly (Cell | undefined)[]): Promise<void> {
  const cell = place ? cells[place.cell] : undefined;
  if (!cell) return;
  notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  await notebook.scrollToItem(notebook.activeCellIndex, "start");
  await notebook.activeCell?.ready;
}

function align(notebook: Notebook, { cell, top }: Place, cells: readonly (Cell | undefined)[]): void {
  if (top === null) return;
  const shown = cells[cell]?.node.getBoundingClientRect().top ?? top;
  notebook.outerNode.scrollTop += shown - top;
}

/** Puts what was written into its cell, or into a new one below: a cell that its reader has changed before is not what the page shows. Returns that cell. */
function take({ published, text }: Draft, cell: Cell | undefined, notebook: Notebook): Cell | undefined {
  const { sharedModel } = cell?.model ?? {};
  if (text === published) return cell;
  if (sharedModel?.source !== published) return inserted(text, cell, notebook);
  sharedModel.setSource(text);
  return cell;
}

function writeOn({ start, end }: Draft, cell: Cell | undefined, notebook: Notebook): void {
  if (!cell) return;
  notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  notebook.mode = "edit";
  const { editor } = cell;
  const [from, to] = [start, end].map((offset) => editor?.getPositionAt(offset));
  editor?.focus();
  if (from && to) editor?.setSelection({ start: from, end: to });
}

function inserted(source: string, above: Cell | undefined, notebook: Notebook): Cell | undefined {
  const index = above ? notebook.widgets.indexOf(above) + 1 : notebook.widgets.length;
  notebook.model?.sharedModel.insertCell(index, { cell_type: "code", source });
  return notebook.widgets[index];
}

/** What is run may fail, which is shown in its cell. */
async function fulfil(wish: Wish, cells: readonly (Cell | undefined)[], notebook: Notebook, { commands }: JupyterFrontEnd, before: readonly Promise<void>[]): Promise<void> {
  const cell = "cell" in wish ? cells[wish.cell] : undefined;
  if (cell) notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  if (wish.what === "look") return;
  if (wish.what === "edit") notebook.mode = "edit";
  else if (wish.what === "save") {
    // With what was run before.
    await Promise.race([Promise.allSettled(before), patience()]);
    await commands.execute("docmanager:save");
  } else if (wish.what === "share") void commands.execute(SHARE);
  else await commands.execute(COMMANDS[wish.what]);
}

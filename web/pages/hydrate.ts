/**
 * Hydration: JupyterLab's notebook replaces the static one in the same page, and replays the reader's queued actions.
 *
 * 1. JupyterLab starts behind the static page, opens the page's notebook, and applies its theme.
 * 2. It renders the cell at the reader's scroll position, still hidden: JupyterLab renders cells when they scroll into view.
 * 3. In one task, so that no key press is lost: the class `wasmnb-running` swaps the two, the scroll position is restored, drafts
 *    go into their cells, the early kernel's runs are offered for adoption, and the queued actions are replayed in order.
 * 4. Focus and selection return to the draft that the reader was typing in.
 *
 * A draft must never get lost: where its cell has another source by now (the reader has a local copy), it becomes a new cell.
 */
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
import type { Action } from "../hydration/actions";

const RUNNING = "wasmnb-running";
const TIMEOUT_MS = 10_000; // for runs, before what waits for them goes on
const COMMANDS = {
  "run": "notebook:run-cell",
  "run and advance": "notebook:run-cell-and-select-next",
  "run all": "notebook:run-all-cells",
} as const;

window.wasmnbHydrate = async (actions) => {
  const app = await started;
  const panel = await openPanel(app);
  if (isEmbedded()) hideChrome(app, panel);
  const { wasmnbEarlyKernel: kernel } = window;
  // Early runs are rendered as soon as JupyterLab claims them.
  if (kernel?.hasRun && panel.model) await Promise.race([startKernel(panel.sessionContext, panel.model), timeout()]);
  const cells = cellsByNumber(panel.content.widgets);
  await render(panel.content, scrollPosition(actions[0]), cells);
  // All in one task from here: a reader who is typing goes on in the notebook.
  const position = scrollPosition(actions[0]);
  const written = drafts();
  document.body.classList.add(RUNNING, "jp-ThemedContainer");
  panel.content.activate();
  if (position) scrollTo(panel.content, position, cells);
  for (const draft of written) cells[draft.cell] = insertDraft(draft, cells[draft.cell], panel.content);
  kernel?.adopt(cells.map((cell) => cell?.model.id));
  const replays: Promise<void>[] = [];
  for (const action of actions) replays.push(replay(action, cells, panel.content, app, [...replays]));
  // A run has taken the focus; it keeps that only if it ran the draft itself.
  const focused = written.find(({ hasFocus }) => hasFocus);
  const isRun = actions.some((action) => "cell" in action && action.type !== "edit" && action.cell === focused?.cell);
  if (focused && !isRun) editAt(focused, cells[focused.cell], panel.content);
  const end = Promise.allSettled(replays).then(() => kernel?.discardUnclaimed());
  await Promise.race([end, timeout()]);
};

const timeout = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, TIMEOUT_MS); });

/** The page's notebook, with its file loaded and the theme applied. */
async function openPanel(app: JupyterFrontEnd): Promise<NotebookPanel> {
  await app.restored;
  const panel = app.shell.currentWidget;
  if (!(panel instanceof NotebookPanel)) throw new Error("JupyterLab did not open the notebook; reload the page to try again.");
  await Promise.all([panel.context.ready, panel.revealed, themed(app)]);
  return panel;
}

/** Waits for the theme: JupyterLab hides all of itself for a moment when it is applied, and a hidden element takes no focus. */
async function themed(app: JupyterFrontEnd): Promise<void> {
  const themes = await app.resolveOptionalService(IThemeManager);
  if (themes && !themes.theme) await new Promise((resolve) => { themes.themeChanged.connect(resolve); });
  const { node } = app.shell;
  await new Promise<void>((resolve) => {
    const observer = new MutationObserver(() => { check(); });
    const check = (): void => {
      if (node.classList.contains("lm-mod-hidden")) return;
      observer.disconnect();
      resolve();
    };
    observer.observe(node, { attributeFilter: ["class"] });
    check();
  });
}

/** In a frame, only the cells are shown. */
function hideChrome({ shell }: JupyterFrontEnd, { toolbar }: NotebookPanel): void {
  toolbar.hide();
  if (!(shell instanceof NotebookShell)) return;
  shell.collapseTop();
  shell.menu.hide();
}

/** JupyterLab's cells by the numbers of the page's cells. In a local copy, a cell is found by its source where possible. */
function cellsByNumber(widgets: readonly Cell[]): (Cell | undefined)[] {
  const cells: (Cell | undefined)[] = [...widgets];
  const hasSource = (source: string | null) => (cell: Cell | undefined): boolean => cell?.model.sharedModel.source === source;
  for (const element of document.querySelectorAll<HTMLElement>(".code-cell")) {
    const [number, isSame] = [Number(element.dataset.cell), hasSource(publishedIn(element))];
    if (!isSame(widgets[number])) cells[number] = widgets.find(isSame) ?? widgets[number];
  }
  return cells;
}

/** The cell that must not move on the screen, and its distance from the top of the window. */
interface ScrollPosition {
  readonly cell: number;
  /** Null at the top of the page. */
  readonly top: number | null;
}

/** The position of the first action's cell, else of the focused cell, else of the first visible one; null in a page without cells. */
function scrollPosition(action: Action | undefined): ScrollPosition | null {
  const cells = [...document.querySelectorAll<HTMLElement>(".cell")];
  const isAtTop = window.scrollY === 0;
  const acted = action && "cell" in action ? cells.find(({ dataset }) => dataset.cell === String(action.cell)) : undefined;
  const focused = document.activeElement?.closest<HTMLElement>(".cell");
  const anchor = acted ?? focused ?? cells.find((cell) => cell.getBoundingClientRect().bottom > 0);
  if (!anchor) return null;
  const { top } = anchor.getBoundingClientRect();
  return { cell: Number(anchor.dataset.cell), top: isAtTop && !acted && !focused ? null : top };
}

/** Renders the cell at that position behind the static page. */
async function render(notebook: Notebook, position: ScrollPosition | null, cells: readonly (Cell | undefined)[]): Promise<void> {
  const cell = position ? cells[position.cell] : undefined;
  if (!cell) return;
  notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  await notebook.scrollToItem(notebook.activeCellIndex, "start");
  await notebook.activeCell?.ready;
}

function scrollTo(notebook: Notebook, { cell, top }: ScrollPosition, cells: readonly (Cell | undefined)[]): void {
  if (top === null) return;
  const current = cells[cell]?.node.getBoundingClientRect().top ?? top;
  notebook.outerNode.scrollTop += current - top;
}

/** Puts a draft into its cell, or into a new cell below where the source has changed since. Returns the cell with the draft. */
function insertDraft({ published, text }: Draft, cell: Cell | undefined, notebook: Notebook): Cell | undefined {
  const { sharedModel } = cell?.model ?? {};
  if (text === published) return cell;
  if (sharedModel?.source !== published) return insertCell(text, cell, notebook);
  sharedModel.setSource(text);
  return cell;
}

function editAt({ start, end }: Draft, cell: Cell | undefined, notebook: Notebook): void {
  if (!cell) return;
  notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  notebook.mode = "edit";
  const { editor } = cell;
  const [from, to] = [start, end].map((offset) => editor?.getPositionAt(offset));
  editor?.focus();
  if (from && to) editor?.setSelection({ start: from, end: to });
}

function insertCell(source: string, above: Cell | undefined, notebook: Notebook): Cell | undefined {
  const index = above ? notebook.widgets.indexOf(above) + 1 : notebook.widgets.length;
  notebook.model?.sharedModel.insertCell(index, { cell_type: "code", source });
  return notebook.widgets[index];
}

/** Replays one action; an error of a run is shown in its cell. */
async function replay(action: Action, cells: readonly (Cell | undefined)[], notebook: Notebook, { commands }: JupyterFrontEnd, before: readonly Promise<void>[]): Promise<void> {
  const cell = "cell" in action ? cells[action.cell] : undefined;
  if (cell) notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  if (action.type === "show") return;
  if (action.type === "edit") notebook.mode = "edit";
  else if (action.type === "save") {
    // The outputs of earlier runs are saved too.
    await Promise.race([Promise.allSettled(before), timeout()]);
    await commands.execute("docmanager:save");
  } else if (action.type === "share") void commands.execute(SHARE);
  else await commands.execute(COMMANDS[action.type]);
}

/** The controls of a static notebook: run buttons, keyboard shortcuts, and editing in place. They queue actions. */
import { BUSY_PROMPT } from "./text-outputs";
import { plainButton } from "../utils/dom";
import { clickedAt, openEditor, sourceOf } from "./draft-editor";
import { guardDrafts } from "./unsaved-guard";
import { type Action, ActionQueue } from "./actions";

/** Queues an action; false if it is pending already. */
type Dispatch = (action: Action) => boolean;

/** Hydrates the page and replays the queue. */
type Hydrate = (queue: ActionQueue) => Promise<void>;

/** Adds run buttons to the banner and to the cells, besides all of `makeEditable`. */
export function makeRunnable(banner: HTMLElement, hydrate: Hydrate): Dispatch {
  const dispatch = makeEditable(banner, hydrate);
  banner.append(plainButton("Run all", "Run all cells in this page", () => { dispatch({ type: "run all" }); }));
  banner.hidden = false;
  for (const cell of codeCells()) cell.querySelector(".input")?.append(plainButton("▶", "Run this cell (Ctrl+Enter)", () => { run(cell, "run", dispatch); }));
  return dispatch;
}

/** Makes code cells editable. The first action starts hydration, whose state is shown in `container`. */
export function makeEditable(container: HTMLElement, hydrate: Hydrate): Dispatch {
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  const queue = new ActionQueue();
  let isHydrating = false;
  const dispatch = (action: Action): boolean => {
    const isNew = queue.add(action);
    if (!isNew || isHydrating) return isNew;
    isHydrating = true;
    status.textContent = "Starting…";
    hydrate(queue).then(
      () => {
        status.textContent = "";
        unguard();
      },
      (error: unknown) => {
        isHydrating = false;
        queue.clear();
        status.textContent = `The notebook could not be started: ${String(error)}`;
      },
    );
    return true;
  };
  const unguard = guardDrafts(() => { dispatch({ type: "save" }); });
  container.append(status);
  for (const cell of codeCells()) listen(cell, dispatch);
  return dispatch;
}

const codeCells = (): NodeListOf<HTMLElement> => document.querySelectorAll(".code-cell");

function run(cell: HTMLElement, type: "run" | "run and advance", dispatch: Dispatch): void {
  if (!dispatch({ type, cell: Number(cell.dataset.cell), source: sourceOf(cell) ?? "" })) return;
  const prompt = cell.querySelector(".prompt");
  if (prompt) prompt.textContent = BUSY_PROMPT;
}

/** Handles clicks and keys in a code cell as JupyterLab does. */
function listen(cell: HTMLElement, dispatch: Dispatch): void {
  const edit = (): void => { dispatch({ type: "edit", cell: Number(cell.dataset.cell) }); };
  cell.tabIndex = 0;
  cell.addEventListener("click", (event) => {
    // A tap would bring up the on-screen keyboard.
    const offset = event.pointerType === "touch" ? null : clickedAt(cell);
    if (offset !== null) openEditor(cell, offset);
  });
  const isEditor = ({ target }: Event): boolean => target instanceof HTMLTextAreaElement;
  cell.addEventListener("input", (event) => { if (isEditor(event)) edit(); });
  cell.addEventListener("dblclick", () => {
    openEditor(cell);
    edit();
  });
  cell.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target === cell || isEditor(event))) return;
    if (event.shiftKey) run(cell, "run and advance", dispatch);
    else if (event.ctrlKey || event.metaKey) run(cell, "run", dispatch);
    else if (event.target === cell) {
      openEditor(cell);
      edit();
    } else return;
    event.preventDefault();
  });
}

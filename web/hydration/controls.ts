/** What a notebook that is read, or that JupyterLab has yet to draw, gets besides: it can be written in, and buttons and keys have it run. */
import { RUNS } from "./text-outputs";
import { plainButton } from "../utils/dom";
import { clickedAt, openDraft, sourceOf } from "./draft-editor";
import { guardDrafts } from "./unsaved-guard";
import { type Wish, Wishes } from "./actions";

type Wisher = (wish: Wish) => boolean;

/** Puts buttons beside the status, and into cells. */
export function makeRunnable(place: HTMLElement, grant: (wishes: Wishes) => Promise<void>): Wisher {
  const wish = makeWritable(place, grant);
  place.append(plainButton("Run all", "Run all cells, in this page", () => { wish({ what: "run all" }); }));
  place.hidden = false;
  for (const cell of codeCells()) cell.querySelector(".input")?.append(plainButton("▶", "Run this cell (Ctrl+Enter)", () => { run(cell, "run", wish); }));
  return wish;
}

/** `grant` brings the notebook that can do what is wished, by then; what comes of it is said at that place. */
export function makeWritable(place: HTMLElement, grant: (wishes: Wishes) => Promise<void>): Wisher {
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  const wishes = new Wishes();
  let isGranted = false;
  const wish = (wish: Wish): boolean => {
    const isNew = wishes.add(wish);
    if (!isNew || isGranted) return isNew;
    isGranted = true;
    status.textContent = "Starting…";
    grant(wishes).then(
      () => {
        status.textContent = "";
        unguard();
      },
      (error: unknown) => {
        isGranted = false;
        wishes.clear();
        status.textContent = `The notebook could not be started: ${String(error)}`;
      },
    );
    return true;
  };
  const unguard = guardDrafts(() => { wish({ what: "save" }); });
  place.append(status);
  for (const cell of codeCells()) listen(cell, wish);
  return wish;
}

const codeCells = (): NodeListOf<HTMLElement> => document.querySelectorAll(".code-cell");

function run(cell: HTMLElement, what: "run" | "run and go on", wish: Wisher): void {
  if (!wish({ what, cell: Number(cell.dataset.cell), source: sourceOf(cell) ?? "" })) return;
  const prompt = cell.querySelector(".prompt");
  if (prompt) prompt.textContent = RUNS;
}

/** Gives a cell of code its keys and what clicks do, as in JupyterLab. */
function listen(cell: HTMLElement, wish: Wisher): void {
  const edit = (): void => { wish({ what: "edit", cell: Number(cell.dataset.cell) }); };
  cell.tabIndex = 0;
  cell.addEventListener("click", (event) => {
    // A finger that is put on it would have the screen's keyboard appear.
    const at = event.pointerType === "touch" ? null : clickedAt(cell);
    if (at !== null) openDraft(cell, at);
  });
  const isWritten = ({ target }: Event): boolean => target instanceof HTMLTextAreaElement;
  cell.addEventListener("input", (event) => { if (isWritten(event)) edit(); });
  cell.addEventListener("dblclick", () => {
    openDraft(cell);
    edit();
  });
  cell.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target === cell || isWritten(event))) return;
    if (event.shiftKey) run(cell, "run and go on", wish);
    else if (event.ctrlKey || event.metaKey) run(cell, "run", wish);
    else if (event.target === cell) {
      openDraft(cell);
      edit();
    } else return;
    event.preventDefault();
  });
}

/** Runs queued cells in the early kernel, before JupyterLab is there, and shows their output as text. */
import { hashOf } from "../server/content-codec";
import { sourceOf } from "./draft-editor";
import type { ActionQueue } from "./actions";
import { startEarly } from "./start-early";
import { showOutputs } from "./text-outputs";

const TIMEOUT_MS = 2000;

/**
 * Starts the notebook's kernel and has it run the cells of queued actions. Settles when the kernel's worker is busy by itself and
 * loading JupyterLab does not delay it; false where nothing can run early and all actions wait for JupyterLab.
 */
export async function runEarly(main: HTMLElement, queue: ActionQueue): Promise<boolean> {
  const kernel = await startEarly(main).catch(() => null); // JupyterLab meets the same error, and reports it
  if (!kernel) return false;
  const run = (number: number, source: string, done: () => void): void => {
    const cell = main.querySelector<HTMLElement>(`.code-cell[data-cell="${number}"]`);
    if (cell) kernel.run(number, source, showOutputs(cell, done));
  };
  const runAll = (done: () => void): void => {
    const cells = [...main.querySelectorAll<HTMLElement>(".code-cell")];
    const sources = cells.map(sourceOf);
    // The page does not show the source of every cell, and the others may depend on that one.
    if (sources.includes(null)) return;
    let remaining = cells.length;
    const cellDone = (): void => { if (--remaining === 0) done(); };
    cells.forEach((cell, at) => { run(Number(cell.dataset.cell), sources[at] ?? "", cellDone); });
  };
  if (!(await isCurrent(main.dataset))) return false;
  queue.listen((action, done) => {
    if (action.type === "run" || action.type === "run and advance") run(action.cell, action.source, done);
    else if (action.type === "run all") runAll(done);
  });
  await kernel.started;
  return true;
}

/** Whether JupyterLab will open the same notebook that the page shows: the reader may have a local copy, or the site was updated. */
async function isCurrent({ path = "", hash }: DOMStringMap): Promise<boolean> {
  const files = await window.wasmnbFiles;
  if (!files || hash === undefined) return true;
  const { copy, published } = files.tree.find(path) ?? {};
  return hash === (copy ? await hashOf(copy.bytes) : published?.hash);
}

/** Waits until the early runs are done, with a time-out: starting JupyterLab keeps page and processor busy. */
export function settled(starting: Promise<boolean>, queue: ActionQueue): Promise<unknown> {
  const done = starting.then(async (canRun) => { if (canRun) await queue.idle(); });
  return Promise.race([done, new Promise((resolve) => { setTimeout(resolve, TIMEOUT_MS); })]);
}

/** Does what is wished of a notebook that has begun, before JupyterLab is there. */
import { hashOf } from "../server/content-codec";
import { sourceOf } from "./draft-editor";
import type { Wishes } from "./actions";
import { begin } from "./start-early";
import { shown } from "./text-outputs";

const PATIENCE = 2000; // milliseconds

/**
 * Begins the notebook's kernel, and has it run what is wished, of which JupyterLab is told later. Settles when the kernel's worker
 * does its own; false where nothing is run by it, and all waits for JupyterLab.
 */
export async function follow(main: HTMLElement, wishes: Wishes): Promise<boolean> {
  const begun = await begin(main).catch(() => null); // JupyterLab says what is wrong
  if (!begun) return false;
  const run = (number: number, source: string, done: () => void): void => {
    const cell = main.querySelector<HTMLElement>(`.code-cell[data-cell="${number}"]`);
    if (cell) begun.run(number, source, shown(cell, done));
  };
  const runAll = (done: () => void): void => {
    const cells = [...main.querySelectorAll<HTMLElement>(".code-cell")];
    const sources = cells.map(sourceOf);
    // Without one whose source is not shown, the others may mean something else.
    if (sources.includes(null)) return;
    let left = cells.length;
    const oneDone = (): void => { if (--left === 0) done(); };
    cells.forEach((cell, at) => { run(Number(cell.dataset.cell), sources[at] ?? "", oneDone); });
  };
  if (!(await isShown(main.dataset))) return false;
  wishes.hear((wish, done) => {
    if (wish.what === "run" || wish.what === "run and go on") run(wish.cell, wish.source, done);
    else if (wish.what === "run all") runAll(done);
  });
  await begun.started;
  return true;
}

/** Whether JupyterLab will have the notebook that a page of a site shows: its reader may have another, or it was published anew. */
async function isShown({ path = "", hash }: DOMStringMap): Promise<boolean> {
  const files = await window.wasmnbFiles;
  if (!files || hash === undefined) return true;
  const { copy, published } = files.tree.find(path) ?? {};
  return hash === (copy ? await hashOf(copy.bytes) : published?.hash);
}

/** Waits for what was wished so far, but not for long: JupyterLab keeps page and processor busy when it starts. */
export function ran(following: Promise<boolean>, wishes: Wishes): Promise<unknown> {
  const all = following.then(async (can) => { if (can) await wishes.quiet(); });
  return Promise.race([all, new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
}

/** Renders the differences of two versions as plain DOM: the changed cells and their lines, in the colours of JupyterLab's theme. */
import { element } from "../utils/dom";
import { type CellChange, cellChanges, type LineChange, lineChanges, type Notebook } from "./notebook-diff";

/** Labels of the two versions, such as "on disk" and "here". */
export interface Labels {
  readonly before: string;
  readonly after: string;
}

export function notebookDiff(before: Notebook, after: Notebook, labels: Labels): HTMLElement {
  const changes = cellChanges(before, after);
  const view = element("div", "wasmnb-Diff", legend(labels));
  let unchanged = 0;
  const addUnchanged = (): void => {
    if (unchanged > 0) view.append(element("p", "wasmnb-Diff-unchanged", `${unchanged} unchanged ${unchanged === 1 ? "cell" : "cells"}`));
    unchanged = 0;
  };
  for (const change of changes) {
    if (change.kind === "same") {
      unchanged++;
      continue;
    }
    addUnchanged();
    view.append(cellView(change, labels));
  }
  addUnchanged();
  if (changes.every(({ kind }) => kind === "same")) view.append(element("p", "", "The cells are the same; only metadata of the notebook or its cells differs."));
  return view;
}

export function textDiff(before: string, after: string, labels: Labels): HTMLElement {
  return element("div", "wasmnb-Diff", legend(labels), linesView(lineChanges(before, after)));
}

const legend = ({ before, after }: Labels): HTMLElement =>
  element("p", "wasmnb-Diff-legend", element("del", "", `- ${before}`), " ", element("ins", "", `+ ${after}`));

function cellView({ kind, number, type, lines, outputs }: CellChange, { before, after }: Labels): HTMLElement {
  const status = { same: "the same", changed: "changed", added: `only ${after}`, removed: `only ${before}` }[kind];
  const section = element("section", `wasmnb-Diff-cell wasmnb-mod-${kind}`, element("h3", "", `Cell ${number} (${type}): ${status}`));
  if (lines.some(({ kind }) => kind !== "same") || !outputs) section.append(linesView(lines));
  if (outputs) section.append(element("p", "", "Its outputs differ."));
  return section;
}

const MARKS = { same: " ", added: "+", removed: "-" } as const;

function linesView(lines: readonly LineChange[]): HTMLElement {
  const rows = lines.map(({ kind, text }) => element("span", `wasmnb-mod-${kind}`, `${MARKS[kind]} ${text}\n`));
  return element("pre", "wasmnb-Diff-lines", ...rows);
}

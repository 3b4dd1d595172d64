/** A difference to look at, as a list of changed cells with their lines; plain DOM, in the colours of JupyterLab's theme. */
import { element } from "../utils/dom";
import { type CellChange, cellChanges, type LineChange, lineChanges, type Notebook } from "./notebook-diff";

/** What the two versions are called, such as "on disk" and "here". */
export interface Names {
  readonly before: string;
  readonly after: string;
}

export function notebookDifference(before: Notebook, after: Notebook, names: Names): HTMLElement {
  const changes = cellChanges(before, after);
  const view = element("div", "wasmnb-Difference", legend(names));
  let same = 0;
  const skip = (): void => {
    if (same > 0) view.append(element("p", "wasmnb-Difference-same", `${same} ${same === 1 ? "cell" : "cells"} without a difference`));
    same = 0;
  };
  for (const change of changes) {
    if (change.kind === "same") {
      same++;
      continue;
    }
    skip();
    view.append(cellView(change, names));
  }
  skip();
  if (changes.every(({ kind }) => kind === "same")) view.append(element("p", "", "The cells are the same; what is noted about the notebook or its cells differs."));
  return view;
}

export function textDifference(before: string, after: string, names: Names): HTMLElement {
  return element("div", "wasmnb-Difference", legend(names), linesView(lineChanges(before, after)));
}

const legend = ({ before, after }: Names): HTMLElement =>
  element("p", "wasmnb-Difference-legend", element("del", "", `- ${before}`), " ", element("ins", "", `+ ${after}`));

function cellView({ kind, number, type, lines, outputs }: CellChange, { before, after }: Names): HTMLElement {
  const what = { same: "the same", changed: "changed", added: `only ${after}`, removed: `only ${before}` }[kind];
  const section = element("section", `wasmnb-Difference-cell wasmnb-mod-${kind}`, element("h3", "", `Cell ${number} (${type}): ${what}`));
  if (lines.some(({ kind }) => kind !== "same") || !outputs) section.append(linesView(lines));
  if (outputs) section.append(element("p", "", "What the cell has put out differs."));
  return section;
}

const MARKS = { same: " ", added: "+", removed: "-" } as const;

function linesView(lines: readonly LineChange[]): HTMLElement {
  const rows = lines.map(({ kind, text }) => element("span", `wasmnb-mod-${kind}`, `${MARKS[kind]} ${text}\n`));
  return element("pre", "wasmnb-Difference-lines", ...rows);
}

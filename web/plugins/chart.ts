/** The steps of a kernel's start as a bar chart over time. */
import type { Step } from "../../kernels/pyodide/timeline";
import { size } from "../utils/format";

const GAP = 1000; // milliseconds without any step, which part what was done beforehand from the rest

/** A table with a row for each step, whose bar stands where the step does in time. */
export function chart(steps: readonly Step[]): HTMLElement {
  const table = document.createElement("table");
  table.append(row("th", ["Step", "", "after", "took", "size"]));
  for (const part of parts(steps)) table.append(rows(part));
  return table;
}

/** The steps in the order of their beginnings, parted where long nothing was done. */
function parts(steps: readonly Step[]): Step[][] {
  const parts: Step[][] = [];
  let end = -Infinity;
  for (const step of [...steps].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (step.start - end > GAP) parts.push([]);
    parts.at(-1)?.push(step);
    end = Math.max(end, step.end);
  }
  return parts;
}

function rows(steps: readonly Step[]): HTMLElement {
  const body = document.createElement("tbody");
  const start = Math.min(...steps.map((step) => step.start));
  const whole = Math.max(...steps.map((step) => step.end)) - start;
  for (const step of steps) {
    const took = step.end - step.start;
    const line = row("td", [step.name, bar((step.start - start) / whole, took / whole), time(step.start - start), time(took), step.bytes === undefined ? "" : size(step.bytes)]);
    line.title = step.note ?? "";
    line.dataset.kind = kindOf(step);
    body.append(line);
    if (step.note) body.append(note(step.note));
  }
  return body;
}

function row(element: "td" | "th", cells: readonly (string | HTMLElement)[]): HTMLTableRowElement {
  const line = document.createElement("tr");
  for (const content of cells) {
    const cell = document.createElement(element);
    cell.append(content);
    line.append(cell);
  }
  return line;
}

function note(text: string): HTMLElement {
  const cell = document.createElement("td");
  cell.colSpan = 5;
  cell.textContent = text;
  const line = document.createElement("tr");
  line.className = "wasmnb-mod-note";
  line.append(cell);
  return line;
}

/** A bar from one part of the width on, over another. */
function bar(from: number, over: number): HTMLElement {
  const bar = document.createElement("div");
  bar.style.marginInlineStart = `${from * 100}%`;
  bar.style.width = `${over * 100}%`;
  return bar;
}

const kindOf = ({ name, bytes }: Step): string => (bytes === undefined ? (name.startsWith("from ") ? "whole" : "work") : "fetch");
const time = (milliseconds: number): string => `${milliseconds.toFixed(0)} ms`;

/** The startup timeline of a kernel: a chart of its steps, opened from the Kernel menu. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, ICommandPalette, type ISessionContext, showDialog } from "@jupyterlab/apputils";
import { IConsoleTracker } from "@jupyterlab/console";
import { INotebookTracker } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { type Step, stepsOf } from "../../kernels/pyodide/timeline";
import type { PageServer } from "../server";
import { IPageServer } from "../server/token";
import { size } from "../utils/format";
import "../style/startup-timeline.css";

const COMMAND = "wasmnb:timeline";
const GAP_MS = 1000; // without any step: the chart starts a new section

export const startupTimeline: JupyterFrontEndPlugin<void> = {
  id: COMMAND,
  description: "Shows the startup timeline of a kernel.",
  autoStart: true,
  requires: [IPageServer],
  optional: [INotebookTracker, IConsoleTracker, ICommandPalette],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    { kernels }: PageServer,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    palette: ICommandPalette | null,
  ) => {
    /** The kernel of the document in front, if it runs in this page. */
    const kernel = (): string | undefined => {
      const panels: ({ readonly sessionContext: ISessionContext } | null | undefined)[] = [notebooks?.currentWidget, consoles?.currentWidget];
      const front = panels.find((panel) => panel === shell.currentWidget) ?? panels.find(Boolean);
      const id = front?.sessionContext.session?.kernel?.id;
      return id !== undefined && kernels.has(id) ? id : undefined;
    };
    commands.addCommand(COMMAND, {
      label: "Show Startup Timeline",
      isEnabled: () => kernel() !== undefined,
      execute: () => show(stepsOf(kernel() ?? "")),
    });
    palette?.addItem({ command: COMMAND, category: "Kernel Operations" });
  },
};

function body(steps: readonly Step[]): Widget {
  const node = chart(steps);
  const widget = new Widget({ node });
  widget.addClass("wasmnb-StartupTimeline");
  return widget;
}

const show = (steps: readonly Step[]): Promise<unknown> =>
  showDialog({ title: "Kernel Startup Timeline", body: body(steps), buttons: [Dialog.okButton({ label: "Close" })] });

/** A table with a row for each step, and a bar on a common time axis. */
function chart(steps: readonly Step[]): HTMLElement {
  const table = document.createElement("table");
  table.append(row("th", ["Step", "", "Start", "Duration", "Size"]));
  for (const part of parts(steps)) table.append(rows(part));
  return table;
}

/** The steps by their start, split at long gaps: work done beforehand stands apart. */
function parts(steps: readonly Step[]): Step[][] {
  const parts: Step[][] = [];
  let end = -Infinity;
  for (const step of [...steps].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (step.start - end > GAP_MS) parts.push([]);
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

/** A bar that begins at the fraction `from` of the width and covers the fraction `over`. */
function bar(from: number, over: number): HTMLElement {
  const bar = document.createElement("div");
  bar.style.marginInlineStart = `${from * 100}%`;
  bar.style.width = `${over * 100}%`;
  return bar;
}

const kindOf = ({ name, bytes }: Step): string => (bytes === undefined ? (name.startsWith("from ") ? "whole" : "work") : "fetch");
const time = (milliseconds: number): string => `${milliseconds.toFixed(0)} ms`;

/** A comparison to look at: figures side by side, plots, and what differs. It stands by itself, so that it can be saved as a page. */
import { textDifference } from "../difference/view";
import { element } from "../elements";
import { size } from "../units";
import { cellsOf, type CellFigures, type Figures, figuresOf, type Notebook } from "./figures";
import type { Run } from "./measure";
import { draw, plots } from "./plots";
import style from "./report.raw.css";

/** All there is to know of a comparison; its file format too. */
export interface Comparison {
  readonly notebook: Notebook;
  /** What is compared, by names; the first is what others are measured against. */
  readonly kernels: readonly { readonly name: string; readonly title: string }[];
  readonly rounds: number;
  readonly runs: readonly Run[];
  readonly date: string;
  readonly browser: string;
  readonly processors: number;
  readonly version: string;
}

export const differing = ({ notebook, kernels, runs }: Comparison): CellFigures[] =>
  cellsOf(notebook, kernels.map(({ name }) => name), runs).filter(({ same, mayDiffer }) => !same && !mayDiffer);

/** Reports as one page that needs no other file. */
export const pageOf = (title: string, reports: readonly HTMLElement[]): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>` +
  `<style>:root { color-scheme: light dark }</style>${reports.map(({ outerHTML }) => outerHTML).join("<hr>")}</html>\n`;

export async function report(comparison: Comparison): Promise<HTMLElement> {
  const { notebook, kernels, runs } = comparison;
  const titled = runs.map((run) => ({ ...run, kernel: kernels.find(({ name }) => name === run.kernel)?.title ?? run.kernel }));
  const titles = kernels.map(({ title }) => title);
  const figures = titles.map((title) => figuresOf(title, titled));
  const cells = cellsOf(notebook, titles, titled);
  const view = element("article", "wasmnb-Report", element("style", "", style), element("h1", "", notebook.path), verdict(cells), figuresTable(figures), how(comparison));
  for (const plot of plots(figures, cells, titled)) {
    const picture = element("div", "wasmnb-Report-plot");
    view.append(element("figure", "", element("figcaption", "", plot.title), picture));
    await draw(plot, picture);
  }
  view.append(cellsTable(cells, titles));
  for (const cell of cells) if (!cell.same) view.append(difference(cell, titles));
  return view;
}

function how({ kernels, rounds, date, browser, processors, version }: Comparison): HTMLElement {
  const names = kernels.map(({ title }) => title).join(", ");
  return element(
    "p",
    "",
    `${names}: each started ${rounds} ${rounds === 1 ? "time" : "times"} in turns, through JupyterLab's own client in one page. Times are medians as the page sees them, from a request until its reply and ` +
      "all output are there; start is from asking for a kernel until it has run a first pass. Bytes are those of the messages in the binary framing of Jupyter's WebSockets. " +
      `Memory is that of the WebAssembly module, or the most that the kernel's process had. wasmnb ${version}, ${date}, ${processors} processors, ${browser}.`,
  );
}

function verdict(cells: readonly CellFigures[]): HTMLElement {
  const different = cells.filter(({ same }) => !same);
  if (different.length === 0) return element("p", "wasmnb-mod-same", `${cells.length === 1 ? "The cell has" : `All ${cells.length} cells have`} put out the same.`);
  const numbers = different.map(({ number }) => number).join(", ");
  return element("p", "wasmnb-mod-different", `Of ${cells.length} cells ${different.length} ${different.length === 1 ? "has" : "have"} put out something else: ${numbers}.`);
}

const milliseconds = (value: number): string => `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ms`;

const ROWS: readonly [name: string, value: (figures: Figures) => number | null, unit: (value: number) => string][] = [
  ["start", ({ start }) => start, milliseconds],
  ["all cells", ({ total }) => total, milliseconds],
  ["round trip of pass, median", ({ trip }) => trip, milliseconds],
  ["round trip of pass, 95 of 100 below", ({ trip95 }) => trip95, milliseconds],
  ["messages", ({ messages }) => messages, String],
  ["bytes of messages", ({ bytes }) => bytes, size],
  ["memory", ({ memory }) => memory, size],
];

/** Each value, and how it stands to the first kernel's. */
function figuresTable(figures: readonly Figures[]): HTMLElement {
  const rows = ROWS.map(([name, of, unit]) => {
    const [first] = figures.map(of);
    const values = figures.map(of).map((value, n) => {
      if (value === null) return "unknown";
      return n > 0 && first ? `${unit(value)} (× ${(value / first).toPrecision(2)})` : unit(value);
    });
    return [name, ...values];
  });
  return table(["", ...figures.map(({ kernel }) => kernel)], rows);
}

function cellsTable(cells: readonly CellFigures[], titles: readonly string[]): HTMLElement {
  const rows = cells.map(({ number, source, on, same, mayDiffer }) => [
    String(number),
    source.split("\n").find((line) => line.trim() !== "") ?? "",
    ...on.map((cell) => (cell ? `${milliseconds(cell.milliseconds)}, ${cell.messages} messages, ${size(cell.bytes)}` : "not reached")),
    same ? "same" : mayDiffer ? "differs, as it may" : "differs",
  ]);
  return table(["cell", "code", ...titles, "output"], rows);
}

function difference({ number, on }: CellFigures, titles: readonly string[]): HTMLElement {
  const [first = "", ...others] = on.map((cell) => cell?.outputs ?? "(not reached)");
  const parts = others.flatMap((other, n) => (other === first ? [] : textDifference(first, other, { before: titles[0] ?? "", after: titles[n + 1] ?? "" })));
  return element("section", "", element("h2", "", `What cell ${number} has put out`), ...parts);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const line = (cells: readonly string[], name: string): HTMLElement => element("tr", "", ...cells.map((cell) => element(name, "", cell)));
  const whole = element("table", "", element("thead", "", line(heads, "th")), element("tbody", "", ...rows.map((row) => line(row, "td"))));
  return element("div", "wasmnb-Report-table", whole);
}

/** The report of a comparison: figures, plots and differing outputs. It includes its style, so that it can be saved as a page. */
import { textDiff } from "../diff/view";
import { element } from "../utils/dom";
import { duration, size } from "../utils/format";
import { cellsOf, type CellFigures, type Figures, figuresOf, type Notebook, VARIES_TAG } from "./figures";
import type { Run } from "./measure";
import { draw, plots } from "./plots";
import style from "./report.raw.css";

/** A comparison with all its data; also its file format. */
export interface Comparison {
  readonly notebook: Notebook;
  /** The compared kernels; the first is the baseline. */
  readonly kernels: readonly { readonly name: string; readonly title: string }[];
  readonly rounds: number;
  readonly runs: readonly Run[];
  readonly date: string;
  readonly browser: string;
  /** A description of the machine, as far as the page knows it. */
  readonly machine: string;
  readonly version: string;
}

/** A comparison with its report. */
export interface Reported {
  readonly comparison: Comparison;
  readonly view: HTMLElement;
}

const cellFigures = ({ notebook, kernels, runs }: Comparison): CellFigures[] =>
  cellsOf(notebook, kernels.map(({ name }) => name), runs);

export const differing = (comparison: Comparison): CellFigures[] => cellFigures(comparison).filter(({ same, mayDiffer }) => !same && !mayDiffer);

/** A self-contained HTML page with the reports. */
export function pageOf(title: string, reports: readonly Reported[]): string {
  const views = reports.map(({ view }) => view.outerHTML).join("<hr>");
  const contents = reports.length > 1 ? overview(title, reports).outerHTML : "";
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>` +
    `<style>:root { color-scheme: light dark }</style>${contents}${views}</html>\n`
  );
}

/** The result of each notebook, with a link to its report. */
function overview(title: string, reports: readonly Reported[]): HTMLElement {
  const lines = reports.map(({ comparison, view }) => {
    const link = element("a", "", comparison.notebook.path);
    link.setAttribute("href", `#${encodeURIComponent(view.id)}`);
    return element("li", "", link, ": ", verdict(cellFigures(comparison)));
  });
  return element("header", "wasmnb-Report", element("h1", "", title), element("ul", "", ...lines));
}

export async function report(comparison: Comparison): Promise<HTMLElement> {
  const { notebook, kernels, runs } = comparison;
  const titled = runs.map((run) => ({ ...run, kernel: kernels.find(({ name }) => name === run.kernel)?.title ?? run.kernel }));
  const titles = kernels.map(({ title }) => title);
  const figures = titles.map((title) => figuresOf(title, titled));
  const cells = cellFigures(comparison);
  const isSame = cells.every(({ same, mayDiffer }) => same || mayDiffer);
  const view = element("article", "wasmnb-Report", element("style", "", style), element("h1", "", notebook.path));
  view.id = notebook.path;
  view.append(element("p", isSame ? "wasmnb-mod-same" : "wasmnb-mod-different", verdict(cells)), figuresTable(figures), ...methodOf(comparison));
  for (const plot of plots(figures, cells, titled)) {
    const picture = element("div", "wasmnb-Report-plot");
    view.append(element("figure", "", element("figcaption", "", plot.title), picture));
    await draw(plot, picture);
  }
  view.append(cellsTable(cells, titles));
  for (const cell of cells) if (!cell.same) view.append(difference(cell, titles));
  return view;
}

function methodOf({ kernels, rounds, runs, date, browser, machine, version }: Comparison): HTMLElement[] {
  const languages = kernels.map(({ name, title }) => `${title}: ${runs.find(({ kernel }) => kernel === name)?.language ?? "not started"}`).join("; ");
  return [
    `Each kernel was started ${rounds} ${rounds === 1 ? "time" : "times"} in turns with the others, by JupyterLab's own client in one page. Times are medians, measured in the page, from a request until its reply and ` +
      "all output have arrived. Start is the time from the start request until the kernel has run a first pass; it is short if the page has a prewarmed worker. Bytes are the size of the messages in the binary framing of Jupyter's WebSockets. " +
      "Memory is that of the WebAssembly module, or the peak of the kernel's process.",
    `The output of a cell may differ if the cell is tagged ${VARIES_TAG}, or if its output changed from round to round on every kernel. Ids, addresses in memory and the lines of tracebacks are not compared.`,
    `${languages}. wasmnb ${version}, ${date.slice(0, 16).replace("T", " ")} UTC, ${machine}, ${browser}.`,
  ].map((text) => element("p", "", text));
}

function verdict(cells: readonly CellFigures[]): string {
  const numbers = (some: readonly CellFigures[]): string => some.map(({ number }) => number).join(", ");
  const different = cells.filter(({ same }) => !same);
  const unexpected = different.filter(({ mayDiffer }) => !mayDiffer);
  const expected = different.filter(({ mayDiffer }) => mayDiffer);
  const allowed = expected.length > 0 ? ` The output of ${numbers(expected)} differs, as it may.` : "";
  if (unexpected.length > 0) return `The output of ${unexpected.length} of ${cells.length} cells differs: ${numbers(unexpected)}.${allowed}`;
  if (different.length > 0) return `The output of all other cells is the same.${allowed}`;
  return cells.length === 1 ? "The output of the cell is the same." : `The output of all ${cells.length} cells is the same.`;
}

const ROWS: readonly [name: string, value: (figures: Figures) => number | null, unit: (value: number) => string][] = [
  ["start", ({ start }) => start, duration],
  ["all cells", ({ total }) => total, duration],
  ["round trip of pass, median", ({ trip }) => trip, duration],
  ["round trip of pass, 95th percentile", ({ trip95 }) => trip95, duration],
  ["messages", ({ messages }) => messages, String],
  ["bytes of messages", ({ bytes }) => bytes, size],
  ["memory", ({ memory }) => memory, size],
];

/** Each value, and its ratio to the first kernel's. */
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
    element("code", "", source.split("\n").find((line) => line.trim() !== "") ?? ""),
    ...on.map((cell) => (cell ? element("span", "", duration(cell.milliseconds), element("small", "", `${cell.messages} messages, ${size(cell.bytes)}`)) : "not reached")),
    same ? "same" : mayDiffer ? "differs, as it may" : element("strong", "", "differs"),
  ]);
  return table(["cell", "code", ...titles, "output"], rows);
}

/** The first kernel's output compared with each other one; kernels with the same output are grouped. */
function difference({ number, on }: CellFigures, titles: readonly string[]): HTMLElement {
  const outputs = on.map((cell) => cell?.outputs ?? "(not reached)");
  const named = (output: string): string => titles.filter((_, n) => outputs[n] === output).join(", ");
  const [first = "", ...others] = new Set(outputs);
  const parts = others.flatMap((other) => textDiff(first, other, { before: named(first), after: named(other) }));
  return element("section", "", element("h2", "", `Output of cell ${number}`), ...parts);
}

function table(heads: readonly string[], rows: readonly (readonly (Node | string)[])[]): HTMLElement {
  const line = (cells: readonly (Node | string)[], name: string): HTMLElement => element("tr", "", ...cells.map((cell) => element(name, "", cell)));
  const whole = element("table", "", element("thead", "", line(heads, "th")), element("tbody", "", ...rows.map((row) => line(row, "td"))));
  return element("div", "wasmnb-Report-table", whole);
}

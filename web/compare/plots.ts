/** The report's plots: SVG by Vega-Lite, which is lazy-loaded. */
import type { TopLevelSpec } from "vega-lite";
import type { CellFigures, Figures } from "./figures";
import type { Run } from "./measure";

export interface Plot {
  readonly title: string;
  readonly spec: TopLevelSpec;
}

const COLOURS = ["#e8811a", "#2f7ed8", "#3a9a5b", "#9b59b6"];
const WIDTH = 460;
const kernel = (kernels: readonly string[], legend: { orient: "top"; labelLimit: number } | null = { orient: "top", labelLimit: 0 }) =>
  ({ field: "kernel", type: "nominal", title: null, scale: { domain: [...kernels], range: COLOURS }, legend }) as const;

/** Milliseconds on a logarithmic scale: times often differ by orders of magnitude. */
const TIME = { field: "ms", type: "quantitative", scale: { type: "log" }, title: "milliseconds" } as const;

export function plots(figures: readonly Figures[], cells: readonly CellFigures[], runs: readonly Run[]): Plot[] {
  const kernels = figures.map((one) => one.kernel);
  const phases = runs.flatMap(({ kernel, start, cells }) => [
    { kernel, what: "start", ms: start },
    { kernel, what: "all cells", ms: cells.flat().reduce((sum, cell) => sum + cell.milliseconds, 0) },
  ]);
  const trips = runs.flatMap(({ kernel, trips }) => trips.map((ms) => ({ kernel, ms })));
  const times = cells.flatMap(({ number, on }) => on.flatMap((cell, n) => (cell ? { kernel: kernels[n], cell: number, ms: cell.milliseconds } : [])));
  return [
    { title: "Start, and all cells", spec: strip(phases, "what", kernels, 70) },
    { title: "Round trip of pass", spec: strip(trips, "kernel", kernels, 26 * kernels.length) },
    { title: "Time of each cell", spec: perCell(times, kernels) },
  ];
}

type Rows = readonly Record<string, unknown>[];

/** A strip plot: every value is a stroke. */
const strip = (values: Rows, y: string, kernels: readonly string[], height: number): TopLevelSpec => ({
  width: WIDTH,
  height,
  data: { values: values as Record<string, unknown>[] },
  mark: { type: "tick", thickness: 2, opacity: 0.75 },
  encoding: { x: TIME, y: { field: y, type: "nominal", title: null, sort: null, axis: { labelLimit: 0 } }, color: y === "kernel" ? kernel(kernels, null) : kernel(kernels) },
});

const perCell = (values: Rows, kernels: readonly string[]): TopLevelSpec => ({
  width: WIDTH,
  height: 180,
  data: { values: values as Record<string, unknown>[] },
  mark: { type: "line", point: { filled: true, size: 36 }, strokeWidth: 1.5 },
  encoding: { x: { field: "cell", type: "ordinal", title: "cell", axis: { labelAngle: 0, labelOverlap: true } }, y: TIME, color: kernel(kernels) },
});

/** The colour of the surrounding text, light or dark. */
const INK = { labelColor: "currentColor", titleColor: "currentColor", domainColor: "currentColor", tickColor: "currentColor", gridColor: "currentColor", gridOpacity: 0.15 };

export async function draw(plot: Plot, into: HTMLElement): Promise<void> {
  const { default: embed } = await import("vega-embed");
  await embed(into, plot.spec, {
    renderer: "svg",
    actions: false,
    ast: true, // interprets expressions: the page's CSP forbids eval
    tooltip: false,
    config: { background: "transparent", axis: INK, legend: INK, view: { stroke: null } },
  });
}

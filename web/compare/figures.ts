/** Statistics of the runs: medians for each kernel and cell, and the cells whose outputs differ. */
import type { CellRun, Run } from "./measure";

/** The outputs of cells with this tag, which is nbval's, may differ. */
export const VARIES_TAG = "nbval-ignore-output";

export interface Notebook {
  readonly path: string;
  readonly cells: readonly { readonly source: string; readonly tags: readonly string[] }[];
}

/** The figures of a kernel: medians over the rounds, times in milliseconds. */
export interface Figures {
  readonly kernel: string;
  readonly start: number;
  readonly total: number;
  readonly trip: number;
  readonly trip95: number;
  readonly messages: number;
  readonly bytes: number;
  readonly memory: number | null;
}

/** A cell on each kernel, in the order of the kernels; null if it was not reached. */
export interface CellFigures {
  readonly number: number;
  readonly source: string;
  readonly on: readonly (CellRun | null)[];
  readonly same: boolean;
  /** Whether it is tagged as varying, or its output changed from round to round on every kernel. */
  readonly mayDiffer: boolean;
}

export function figuresOf(kernel: string, runs: readonly Run[]): Figures {
  const own = runs.filter((run) => run.kernel === kernel);
  const trips = own.flatMap((run) => run.trips);
  const sum = (part: (cell: CellRun) => number): number => median(own.map((run) => run.cells.flat().reduce((whole, cell) => whole + part(cell), 0)));
  const memory = own.flatMap((run) => run.memory ?? []);
  return {
    kernel,
    start: median(own.map((run) => run.start)),
    total: sum((cell) => cell.milliseconds),
    trip: median(trips),
    trip95: quantile(trips, 0.95),
    messages: sum((cell) => cell.messages),
    bytes: sum((cell) => cell.bytes),
    memory: memory.length > 0 ? median(memory) : null,
  };
}

/** The cells that at least one kernel has run; outputs are those of the last round. */
export function cellsOf({ cells }: Notebook, kernels: readonly string[], runs: readonly Run[]): CellFigures[] {
  return cells.flatMap(({ source, tags }, n) => {
    const rounds = kernels.map((kernel) => runs.filter((run) => run.kernel === kernel).flatMap((run) => (run.cells[n] ? [run.cells[n]] : [])));
    const on = rounds.map((executions) => representative(executions.flat()));
    if (on.every((cell) => cell === null)) return [];
    return { number: n + 1, source, on, same: new Set(on.map((cell) => cell?.outputs)).size === 1, mayDiffer: tags.includes(VARIES_TAG) || rounds.every(varies) };
  });
}

const varies = (rounds: readonly (readonly CellRun[])[]): boolean => new Set(rounds.map((executions) => JSON.stringify(executions.map(({ outputs }) => outputs)))).size > 1;

/** The last execution, with the median time of all. */
function representative(runs: readonly CellRun[]): CellRun | null {
  const last = runs.at(-1);
  return last ? { ...last, milliseconds: median(runs.map(({ milliseconds }) => milliseconds)) } : null;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** A quantile by linear interpolation, as R's type 7 and NumPy's default. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const position = (sorted.length - 1) * part;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return low + (high - low) * (position % 1);
}

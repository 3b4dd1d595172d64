/** What differs between two versions of a notebook, cell by cell. It knows plain notebooks (nbformat 4) and no page. */
import { align } from "./lcs";

/** The parts of a notebook that a reader sees. */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata?: unknown;
}
export interface Cell {
  readonly id?: unknown;
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly outputs?: unknown;
  readonly attachments?: unknown;
}

/** A cell in one version or in both; `number` counts from 1, in the version after if it is there. */
export interface CellChange {
  readonly kind: "same" | "changed" | "added" | "removed";
  readonly number: number;
  readonly type: string;
  readonly lines: readonly LineChange[];
  /** Whether what the cell has put out differs. */
  readonly outputs: boolean;
}
export interface LineChange {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

export function cellChanges(before: Notebook, after: Notebook): CellChange[] {
  return align(before.cells, after.cells, keyed(before, after)).map(([a, b]) => {
    if (a === undefined) return alone(b, "added", after);
    return b === undefined ? alone(a, "removed", before) : changed(a, b, after);
  });
}

export function lineChanges(before: string, after: string): LineChange[] {
  return align(before.split("\n"), after.split("\n"), (line) => line).map(([a, b]) => {
    if (a === undefined) return { kind: "added", text: b };
    return { kind: b === undefined ? "removed" : "same", text: a };
  });
}

/** Cells are the same by their ids (nbformat 4.5), or by their text where none is in both: some programs make all ids anew. */
function keyed(before: Notebook, after: Notebook): (cell: Cell) => string {
  const ids = new Set(before.cells.map(({ id }) => id));
  const hasIds = after.cells.some(({ id }) => typeof id === "string" && ids.has(id));
  return (cell) => (hasIds ? String(cell.id) : `${cell.cell_type} ${text(cell)}`);
}

function alone(cell: Cell, kind: "added" | "removed", { cells }: Notebook): CellChange {
  const lines = text(cell).split("\n").map((text) => ({ kind, text }));
  return { kind, number: cells.indexOf(cell) + 1, type: cell.cell_type, lines, outputs: false };
}

function changed(before: Cell, after: Cell, { cells }: Notebook): CellChange {
  const lines = lineChanges(text(before), text(after));
  const outputs = differ(before.outputs, after.outputs) || differ(before.attachments, after.attachments);
  const isSame = !outputs && before.cell_type === after.cell_type && lines.every(({ kind }) => kind === "same");
  return { kind: isSame ? "same" : "changed", number: cells.indexOf(after) + 1, type: after.cell_type, lines, outputs };
}

const text = ({ source }: Cell): string => (typeof source === "string" ? source : source.join(""));
const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);

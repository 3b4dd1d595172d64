/** Differences between two versions of a notebook, cell by cell: pure functions over plain notebooks (nbformat 4). */
import { align } from "./align";

/** The parts of a notebook that are compared. */
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

/** A cell of one version or of both; `number` counts from 1, in the later version that has the cell. */
export interface CellChange {
  readonly kind: "same" | "changed" | "added" | "removed";
  readonly number: number;
  readonly type: string;
  readonly lines: readonly LineChange[];
  /** Whether its outputs or attachments differ. */
  readonly outputs: boolean;
}
export interface LineChange {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

export function cellChanges(before: Notebook, after: Notebook): CellChange[] {
  const numbers = new Map([...before.cells.entries(), ...after.cells.entries()].map(([index, cell]) => [cell, index + 1]));
  const numberOf = (cell: Cell): number => numbers.get(cell) ?? 0;
  return align(before.cells, after.cells, keyOf(before, after)).map(([a, b]) => {
    if (a === undefined) return unpaired(b, "added", numberOf(b));
    return b === undefined ? unpaired(a, "removed", numberOf(a)) : paired(a, b, numberOf(b));
  });
}

export function lineChanges(before: string, after: string): LineChange[] {
  return align(before.split("\n"), after.split("\n"), (line) => line).map(([a, b]) => {
    if (a === undefined) return { kind: "added", text: b };
    return { kind: b === undefined ? "removed" : "same", text: a };
  });
}

/** Cells pair up by their ids (nbformat 4.5). If the versions share no id, as some programs renew all of them, cells pair up by type and text. */
function keyOf(before: Notebook, after: Notebook): (cell: Cell) => string {
  const ids = new Set(before.cells.map(({ id }) => id));
  const hasIds = after.cells.some(({ id }) => typeof id === "string" && ids.has(id));
  return (cell) => (hasIds ? String(cell.id) : `${cell.cell_type} ${text(cell)}`);
}

function unpaired(cell: Cell, kind: "added" | "removed", number: number): CellChange {
  const lines = text(cell).split("\n").map((text) => ({ kind, text }));
  return { kind, number, type: cell.cell_type, lines, outputs: false };
}

function paired(before: Cell, after: Cell, number: number): CellChange {
  const lines = lineChanges(text(before), text(after));
  const outputs = differ(before.outputs, after.outputs) || differ(before.attachments, after.attachments);
  const isSame = !outputs && before.cell_type === after.cell_type && lines.every(({ kind }) => kind === "same");
  return { kind: isSame ? "same" : "changed", number, type: after.cell_type, lines, outputs };
}

const text = ({ source }: Cell): string => (typeof source === "string" ? source : source.join(""));
const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);

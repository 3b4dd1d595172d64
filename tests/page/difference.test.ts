/** What differs between two versions of a notebook. */

import { expect, test } from "vitest";

import { type Cell, cellChanges, lineChanges } from "../../web/diff/notebook-diff";

const cell = (id: string, source: string, more: Partial<Cell> = {}): Cell => ({ id, cell_type: "code", source, outputs: [], ...more });
const notebook = (...cells: Cell[]): { cells: Cell[] } => ({ cells });
const kinds = (before: Cell[], after: Cell[]): string[] =>
  cellChanges(notebook(...before), notebook(...after)).map(({ kind, number, lines }) => `${kind} ${number} ${lines.map(({ text }) => text).join("|")}`);

test("cells are told apart by their ids", () => {
  const before = [cell("a", "one"), cell("b", "two"), cell("c", "three")];
  const after = [cell("a", "one"), cell("n", "new"), cell("b", "2"), cell("c", "three")];
  expect(kinds(before, after)).toEqual(["same 1 one", "added 2 new", "changed 3 two|2", "same 4 three"]);
});

test("a cell that was removed has the number that it had", () => {
  expect(kinds([cell("a", "one"), cell("b", "two")], [cell("b", "two")])).toEqual(["removed 1 one", "same 1 two"]);
});

test("without ids, cells are the same by their text", () => {
  const plain = (source: string): Cell => ({ cell_type: "code", source: source.split(/(?<=\n)/) });
  expect(kinds([plain("one"), plain("two\nlines")], [plain("two\nlines"), plain("three")])).toEqual(["removed 1 one", "same 1 two|lines", "added 2 three"]);
});

test("a cell whose output differs has changed, though its text has not", () => {
  const [change] = cellChanges(notebook(cell("a", "x")), notebook(cell("a", "x", { outputs: [{ text: "1" }] })));
  expect(change).toMatchObject({ kind: "changed", outputs: true, lines: [{ kind: "same", text: "x" }] });
});

test("lines stand where they are, the old before the new", () => {
  const lines = lineChanges("a\nb\nc\nd", "a\nB\nc\nd\ne").map(({ kind, text }) => `${kind} ${text}`);
  expect(lines).toEqual(["same a", "removed b", "added B", "same c", "same d", "added e"]);
});

test("two long texts that share nothing are told apart at once", () => {
  const long = (word: string): string => Array.from({ length: 50_000 }, (_, n) => `${word} ${n}`).join("\n");
  expect(lineChanges(long("a"), long("b"))).toHaveLength(100_000);
});

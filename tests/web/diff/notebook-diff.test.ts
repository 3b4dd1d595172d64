/** Differences between two versions of a notebook. */

import { expect, test } from "vitest";

import { type Cell, cellChanges, lineChanges } from "../../../web/diff/notebook-diff";

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

test("ten thousand cells of which some were edited, moved and added pair up by their ids", () => {
  const before = Array.from({ length: 10_000 }, (_, n) => cell(`id ${n}`, `source ${n}`));
  const [moved] = before.slice(5001);
  const edited = before.map((one, n) => (n % 100 === 0 ? cell(`id ${n}`, `edited ${n}`) : one)).filter((one) => one !== moved);
  const after = [...edited, cell("new", "new"), ...(moved ? [cell("id 5001", "source 5001")] : [])];
  const counts = new Map<string, number>();
  for (const { kind } of cellChanges(notebook(...before), notebook(...after))) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({ same: 9899, changed: 100, removed: 1, added: 2 });
});

test("ten thousand shuffled lines are told apart all the same", () => {
  const lines = Array.from({ length: 10_000 }, (_, n) => `line ${n}`);
  const shuffled = lines.map((_, n) => lines[(n * 7919) % lines.length] ?? "");
  expect(lineChanges(lines.join("\n"), shuffled.join("\n")).filter(({ kind }) => kind === "added").length).toBeGreaterThan(9000);
});

test("repeated lines pair up in their order", () => {
  const lines = lineChanges("}\n\na\n}\n\nb", "}\n\nb").map(({ kind, text }) => `${kind} ${text}`);
  expect(lines).toEqual(["same }", "same ", "removed a", "removed }", "removed ", "same b"]);
});

test("cells whose ids were all renewed pair up by their text, and moved ones by their ids", () => {
  const before = [cell("a", "import numpy"), cell("b", "x = 1"), cell("c", "x = 1"), cell("d", "plot(x)")];
  const renewed = [cell("e", "import numpy"), cell("f", "x = 1"), cell("g", "y = 2"), cell("h", "plot(x)")];
  expect(kinds(before, renewed)).toEqual(["same 1 import numpy", "same 2 x = 1", "removed 3 x = 1", "added 3 y = 2", "same 4 plot(x)"]);
  const moved = [cell("a", "import numpy"), cell("c", "x = 1"), cell("b", "x = 2"), cell("d", "plot(x, y)")];
  expect(kinds(before, moved)).toHaveLength(5);
});

/** What a comparison of kernels comes to. */
import { expect, test } from "vitest";
import { cellsOf, figuresOf, quantile, VARIES_TAG } from "../../../web/compare/figures";
import type { CellRun, Run } from "../../../web/compare/measure";
import { textOf } from "../../../web/compare/outputs";

const cell = (milliseconds: number, outputs: string): CellRun => ({ milliseconds, messages: 6, bytes: 100, outputs, failed: false });

const run = (kernel: string, start: number, ...cells: CellRun[]): Run => ({ kernel, language: "python 3", round: 0, start, cells: cells.map((one) => [one]), trips: [1, 2, 3], memory: null });

const NOTEBOOK = { path: "a.ipynb", cells: [{ source: "1", tags: [] }, { source: "import random", tags: [VARIES_TAG] }, { source: "3", tags: [] }] };

const RUNS = [run("one", 30, cell(10, "1"), cell(5, "a")), run("other", 10, cell(2, "1"), cell(3, "b"), cell(1, "c")), run("one", 50, cell(20, "1"), cell(5, "a"))];

test("a kernel's figures are medians over its rounds", () => {
  expect(figuresOf("one", RUNS)).toEqual({ kernel: "one", start: 40, total: 20, trip: 2, trip95: 3, messages: 12, bytes: 200, memory: null });
});

test("a cell that one kernel has not reached differs, and one that varies may", () => {
  const cells = cellsOf(NOTEBOOK, ["one", "other"], RUNS);
  expect(cells.map(({ number, same, mayDiffer }) => [number, same, mayDiffer])).toEqual([[1, true, false], [2, false, true], [3, false, false]]);
  expect(cells.map(({ on }) => on.map((figures) => figures?.milliseconds))).toEqual([[15, 2], [5, 3], [undefined, 1]]);
});

test("a cell whose output changes from round to round on every kernel may differ", () => {
  const rounds = (one: readonly string[], other: readonly string[]): Run[] => [...one.map((output) => run("one", 1, cell(1, output))), ...other.map((output) => run("other", 1, cell(1, output)))];
  const mayDiffer = (...outputs: Parameters<typeof rounds>): boolean[] => cellsOf(NOTEBOOK, ["one", "other"], rounds(...outputs)).map((found) => found.mayDiffer);
  expect(mayDiffer(["noon", "later"], ["night", "dawn"])).toEqual([true]);
  expect(mayDiffer(["noon", "later"], ["night", "night"])).toEqual([false]);
});

test("quantiles are linear between two values", () => {
  expect([0, 0.5, 0.95, 1].map((part) => quantile([4, 1, 3, 2], part))).toEqual([1, 2.5, 3.8499999999999996, 4]);
});

test("outputs are compared without what differs from run to run", () => {
  const id = (seed: string): string => seed.repeat(32);
  const outputs = (where: string, seed: string): string =>
    textOf([
      { output_type: "stream", name: "stdout", text: ["a\n", "b\n"] },
      { output_type: "execute_result", execution_count: 1, metadata: {}, data: { "text/plain": `<object at ${where}>`, "text/html": `<b id="${id(seed)}">c</b>` } },
      { output_type: "error", ename: "ValueError", evalue: "no", traceback: [`File ${where}`] },
    ]);
  expect(outputs("0x7f3a12", "a")).toBe(outputs("0x11f0", "b"));
  expect(outputs("0x7f3a12", "a")).toBe('stdout: a\nb\ntext/html: <b id="…">c</b>\ntext/plain: <object at 0x…>\nValueError: no');
});

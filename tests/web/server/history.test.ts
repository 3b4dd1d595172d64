/** The cells that were run are kept for the kernels that come later. */

import { expect, test, vi } from "vitest";

import type { Cell } from "../../../kernels/port";
import { mapStore } from "../../../web/server";
import { histories } from "../../../web/server/history";

const cell = (line: number, code: string): Cell => [1, line, code, code];

test("what a kernel has run is told to the next one of its kind in its folder, and to no other", async () => {
  const history = histories(mapStore());
  const first = history("python", "a");
  expect(await first.begin()).toEqual([]);
  first.keep(cell(1, "x = 1"));
  first.keep(cell(2, "y = 2"));
  expect(await history("python", "a").begin()).toEqual([[1, 1, "x = 1", "x = 1"], [1, 2, "y = 2", "y = 2"]]);
  expect(await history("python", "").begin()).toEqual([]);
  expect(await history("other", "a").begin()).toEqual([]);
});

test("kernels that run at one time keep sessions of their own", async () => {
  const history = histories(mapStore());
  const [one, other] = [history("python", ""), history("python", "")];
  await Promise.all([one.begin(), other.begin()]);
  one.keep(cell(1, "one"));
  other.keep(cell(1, "other"));
  expect(await history("python", "").begin()).toEqual([[1, 1, "one", "one"], [2, 1, "other", "other"]]);
});

test("the oldest cells make room for the newest", async () => {
  const history = histories(mapStore());
  const first = history("python", "");
  await first.begin();
  for (let line = 1; line <= 1100; line += 1) first.keep(cell(line, "pass"));
  const cells = await history("python", "").begin();
  expect([cells.length, cells[0]?.[1], cells.at(-1)?.[1]]).toEqual([1000, 101, 1100]);
  const long = history("python", "");
  await long.begin();
  long.keep(cell(1, "x".repeat(130_000)));
  expect((await history("python", "").begin()).length).toBeLessThan(1000);
});

test("a store that refuses costs nothing but what it would have kept", async () => {
  const warned = vi.spyOn(console, "warn").mockReturnValue();
  const refuses = { ...mapStore(), set: () => { throw new Error("The disk is full."); } };
  const history = histories(refuses)("python", "");
  expect(await history.begin()).toEqual([]);
  history.keep(cell(1, "x"));
  expect(await history.begin()).toEqual([]);
  expect(warned).toHaveBeenCalledExactlyOnceWith("The history of cells is not stored: The disk is full.");
});

test("what cannot be read in the store is no history", async () => {
  const history = histories(mapStore(new Map([["history:python:", "no json"]])));
  expect(await history("python", "").begin()).toEqual([]);
});

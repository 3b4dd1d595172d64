/** What holds for every test: a warning fails it, unless JupyterLab gives it on such an occasion by design. */

import { afterEach, beforeEach, expect, vi } from "vitest";

const BY_DESIGN = [/^Connection lost, reconnecting in/];

let said: string[] = [];

beforeEach(() => {
  said = [];
  for (const method of ["warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((...words: unknown[]) => {
      const sentence = words.map(String).join(" ");
      if (!BY_DESIGN.some((pattern) => pattern.test(sentence))) said.push(sentence);
    });
  }
  vi.spyOn(console, "debug").mockImplementation(() => undefined);
});

afterEach(() => {
  expect(said).toEqual([]);
});

/** Share links: notebooks are packed and unpacked, and damaged links are detected. */

import { expect, test } from "vitest";

import { notebookInLink, DamagedLink, linkTo, lengthWarning } from "../../../web/site/files/share-link";

const NOTEBOOK = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [{ cell_type: "markdown", id: "a", source: "Größe ✓ ".repeat(40), metadata: {} }] };
const PAGE = "https://example.org/sub/shared.html";

const fragmentOf = (link: string): string => new URL(link).hash;
const opened = async (fragment: string) => {
  const { name, bytes } = await notebookInLink(fragment);
  return [name, JSON.parse(new TextDecoder().decode(bytes)) as unknown];
};

test("a notebook survives the round trip through a link", async () => {
  const link = await linkTo(PAGE, "a & b.ipynb", NOTEBOOK);
  expect(await opened(fragmentOf(link))).toEqual(["a & b.ipynb", NOTEBOOK]);
  expect(link.length).toBeLessThan(JSON.stringify(NOTEBOOK).length);
  expect(link).toMatch(/^[\w:/.#=&+%-]+$/);
});

test("a link that was cut off anywhere is damaged, except within the name", async () => {
  const fragment = fragmentOf(await linkTo(PAGE, "stars.ipynb", NOTEBOOK));
  const end = fragment.indexOf("&name");
  for (let length = 0; length < end; length++) await expect(opened(fragment.slice(0, length))).rejects.toThrow(DamagedLink);
  expect(await opened(fragment.slice(0, -"s.ipynb".length))).toEqual(["star.ipynb", NOTEBOOK]);
});

test("a link with a changed letter is damaged", async () => {
  const fragment = fragmentOf(await linkTo(PAGE, "stars.ipynb", NOTEBOOK));
  for (let at = "#notebook=".length; at < fragment.indexOf("&name") - 1; at += 7) {
    const other = fragment[at] === "A" ? "B" : "A";
    await expect(opened(fragment.slice(0, at) + other + fragment.slice(at + 1))).rejects.toThrow(DamagedLink);
  }
});

test("a link must contain a notebook within the size limit", async () => {
  await expect(opened(fragmentOf(await linkTo(PAGE, "a.ipynb", { some: "thing" })))).rejects.toThrow("it has no cells");
  await expect(opened(fragmentOf(await linkTo(PAGE, "a.ipynb", { cells: [" ".repeat(51_000_000)] })))).rejects.toThrow("larger than 50 MB");
});

test("a name cannot lead out of the root folder", async () => {
  const named = async (name: string) => (await opened(fragmentOf(await linkTo(PAGE, name, NOTEBOOK))))[0];
  expect(await named("../../.ssh/.keys")).toBe("keys.ipynb");
  expect(await named("")).toBe("shared.ipynb");
});

test("longer links get stronger warnings", () => {
  expect(lengthWarning(2000)).toBeNull();
  const sentences = [2001, 60_001, 2_000_001].map(lengthWarning);
  expect(new Set(sentences).size).toBe(3);
  expect(sentences).not.toContain(null);
});

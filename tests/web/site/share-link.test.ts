/** A link that carries a notebook: what is put in comes out, and what was cut or changed is said to be. */

import { expect, test } from "vitest";

import { notebookInLink, DamagedLink, linkTo, lengthWarning } from "../../../web/site/files/share-link";

const NOTEBOOK = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [{ cell_type: "markdown", id: "a", source: "Größe ✓ ".repeat(40), metadata: {} }] };
const PAGE = "https://example.org/sub/shared.html";

const fragmentOf = (link: string): string => new URL(link).hash;
const opened = async (fragment: string) => {
  const { name, bytes } = await notebookInLink(fragment);
  return [name, JSON.parse(new TextDecoder().decode(bytes)) as unknown];
};

test("what a link was given comes out of it", async () => {
  const link = await linkTo(PAGE, "a & b.ipynb", NOTEBOOK);
  expect(await opened(fragmentOf(link))).toEqual(["a & b.ipynb", NOTEBOOK]);
  expect(link.length).toBeLessThan(JSON.stringify(NOTEBOOK).length);
  expect(link).toMatch(/^[\w:/.#=&+%-]+$/);
});

test("a link that was cut is damaged, wherever it was, unless the name alone is shorter", async () => {
  const fragment = fragmentOf(await linkTo(PAGE, "stars.ipynb", NOTEBOOK));
  const end = fragment.indexOf("&name");
  for (let length = 0; length < end; length++) await expect(opened(fragment.slice(0, length))).rejects.toThrow(DamagedLink);
  expect(await opened(fragment.slice(0, -"s.ipynb".length))).toEqual(["star.ipynb", NOTEBOOK]);
});

test("a link in which a letter was changed is damaged", async () => {
  const fragment = fragmentOf(await linkTo(PAGE, "stars.ipynb", NOTEBOOK));
  for (let at = "#notebook=".length; at < fragment.indexOf("&name") - 1; at += 7) {
    const other = fragment[at] === "A" ? "B" : "A";
    await expect(opened(fragment.slice(0, at) + other + fragment.slice(at + 1))).rejects.toThrow(DamagedLink);
  }
});

test("what is packed in a link has to be a notebook, and of a size that a page can take", async () => {
  await expect(opened(fragmentOf(await linkTo(PAGE, "a.ipynb", { some: "thing" })))).rejects.toThrow("it has no cells");
  await expect(opened(fragmentOf(await linkTo(PAGE, "a.ipynb", { cells: [" ".repeat(51_000_000)] })))).rejects.toThrow("larger than 50 MB");
});

test("a name leads nowhere else", async () => {
  const named = async (name: string) => (await opened(fragmentOf(await linkTo(PAGE, name, NOTEBOOK))))[0];
  expect(await named("../../.ssh/.keys")).toBe("keys.ipynb");
  expect(await named("")).toBe("shared.ipynb");
});

test("the longer a link, the fewer ways it goes", () => {
  expect(lengthWarning(2000)).toBeNull();
  const sentences = [2001, 60_001, 2_000_001].map(lengthWarning);
  expect(new Set(sentences).size).toBe(3);
  expect(sentences).not.toContain(null);
});

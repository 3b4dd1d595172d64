/** JupyterLab's contents manager on the files of a site: the overlay of local changes on published files. */

import { ContentsManager, Drive, type Contents } from "@jupyterlab/services";
import { strToU8, zipSync } from "fflate";
import { expect, test, vi } from "vitest";

import type { Copy, Published } from "../../../kernels/overlay";
import { SiteFiles } from "../../../web/site/files/site-files";
import { hashOf } from "../../../web/server/content-codec";
import { packed, unpacked } from "../../../web/site/files/zip-archive";
import { emptyStore, type CopyStore } from "../../../web/site/files/indexeddb";
import { ask, openPage, type Page } from "../driver";

const HASH = "0".repeat(64);
const NOTEBOOK = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [{ cell_type: "code", id: "a", source: "1", metadata: {}, outputs: [], execution_count: null }] };
const TEXTS: Readonly<Record<string, string>> = { "a.txt": "published", "b.ipynb": JSON.stringify(NOTEBOOK), "data/stars.csv": "name\nsun\n" };

test("published files are listed and read", async () => {
  const { contents } = await opened();
  expect(await names(contents, "")).toEqual(["a.txt", "b.ipynb", "data"]);
  expect(await names(contents, "data")).toEqual(["stars.csv"]);
  expect(await contents.get("a.txt")).toMatchObject({ type: "file", format: "text", content: "published", hash: HASH });
  expect(await contents.get("b.ipynb")).toMatchObject({ type: "notebook", content: NOTEBOOK });
  expect(await contents.get("data/stars.csv", { type: "file", format: "base64", content: true })).toMatchObject({ content: btoa("name\nsun\n") });
});

test("a saved file overlays the published one, with the hash of its base", async () => {
  const { contents, storage } = await opened();
  const saved = await contents.save("a.txt", { type: "file", format: "text", content: "mine" });
  expect(saved.hash).not.toBe(HASH);
  expect((await contents.get("a.txt")).content).toBe("mine");
  expect(storage.copies.get("a.txt")).toMatchObject({ kind: "file", base: HASH });
});

test("stored changes overlay the files of a later version of the site", async () => {
  const { contents, storage } = await opened();
  await contents.save("a.txt", { type: "file", format: "text", content: "mine" });
  await contents.delete("data/stars.csv");
  const later = await opened(storage);
  expect((await later.contents.get("a.txt")).content).toBe("mine");
  expect(await names(later.contents, "data")).toEqual([]);
});

test("a notebook is read as it was saved, and is trusted if all of it was", async () => {
  const { contents } = await opened();
  const cell = { ...NOTEBOOK.cells[0], metadata: { trusted: true, tags: ["x"] } };
  await contents.save("b.ipynb", { type: "notebook", format: "json", content: { ...NOTEBOOK, cells: [cell] } });
  expect((await contents.get("b.ipynb")).content).toMatchObject({ cells: [{ metadata: { trusted: true, tags: ["x"] } }] });
  expect((await contents.get("b.ipynb", { type: "file", format: "text", content: true })).content).not.toContain("trusted");
  await contents.save("b.ipynb", { type: "notebook", format: "json", content: NOTEBOOK });
  expect((await contents.get("b.ipynb")).content).toMatchObject({ cells: [{ metadata: { trusted: false } }] });
});

test("new files are named as on a server", async () => {
  const { contents } = await opened();
  expect((await contents.newUntitled({ type: "notebook" })).path).toBe("Untitled.ipynb");
  expect((await contents.newUntitled({ type: "notebook", path: "data" })).path).toBe("data/Untitled.ipynb");
  expect((await contents.newUntitled({ type: "notebook" })).path).toBe("Untitled1.ipynb");
  expect((await contents.newUntitled({ type: "directory" })).path).toBe("Untitled Folder");
  expect((await contents.newUntitled({ type: "file", ext: ".py" })).path).toBe("untitled.py");
  expect((await contents.copy("a.txt", "")).path).toBe("a-Copy1.txt");
  expect((await contents.get("a-Copy1.txt")).content).toBe("published");
});

test("a folder is moved with all its files, published or local", async () => {
  const { contents } = await opened();
  await contents.save("data/moon.csv", { type: "file", format: "text", content: "name\nmoon\n" });
  await contents.rename("data", "sky");
  expect(await names(contents, "")).toEqual(["a.txt", "b.ipynb", "sky"]);
  expect(await names(contents, "sky")).toEqual(["moon.csv", "stars.csv"]);
  expect((await contents.get("sky/stars.csv")).content).toBe("name\nsun\n");
});

test("a rename never overwrites, and only empty folders are deleted", async () => {
  const { contents } = await opened();
  await expect(contents.rename("a.txt", "b.ipynb")).rejects.toMatchObject({ response: { status: 409 } });
  await expect(contents.delete("data")).rejects.toMatchObject({ response: { status: 400 } });
  await expect(contents.get("gone.txt")).rejects.toMatchObject({ response: { status: 404 } });
});

test("a large file is uploaded in chunks", async () => {
  const { contents } = await opened();
  const part = { type: "file", format: "base64" } as const;
  await contents.save("big.bin", { ...part, content: btoa("one "), chunk: 1 });
  await contents.save("big.bin", { ...part, content: btoa("two "), chunk: 2 });
  await contents.save("big.bin", { ...part, content: btoa("three"), chunk: -1 });
  expect((await contents.get("big.bin")).content).toBe("one two three");
});

test("a checkpoint is restored", async () => {
  const { contents } = await opened();
  const { id } = await contents.createCheckpoint("a.txt");
  await contents.save("a.txt", { type: "file", format: "text", content: "mine" });
  await contents.restoreCheckpoint("a.txt", id);
  expect((await contents.get("a.txt")).content).toBe("published");
});

test("a save with an outdated precondition is refused", async () => {
  const { page } = await opened();
  const save = (tag: string) =>
    page.server.fetch(`${page.settings.baseUrl}api/contents/a.txt`, {
      method: "PUT",
      headers: { "If-Match": `"${tag}"` },
      body: JSON.stringify({ type: "file", format: "text", content: "mine" }),
    });
  expect((await save(HASH)).status).toBe(200);
  const refused = await save(HASH);
  expect(refused.status).toBe(412);
  expect(await refused.json()).toMatchObject({ reason: "changed", model: { path: "a.txt" } });
});

test("changes of another tab are visible", async () => {
  const { contents, storage } = await opened();
  const copy: Copy = { path: "a.txt", kind: "file", bytes: new TextEncoder().encode("of the other tab"), created: 1, modified: 2, base: HASH, trusted: true };
  storage.hear(copy);
  expect((await contents.get("a.txt")).content).toBe("of the other tab");
});

test("a publish conflict: the local version is kept, or the published one, or both", async () => {
  const { contents, files, storage } = await opened();
  await contents.save("a.txt", { type: "file", format: "text", content: "mine" });
  expect(files.tree.outdated("a.txt")).toBeNull();
  const later = await opened(storage, "1".repeat(64));
  expect(later.files.tree.outdated("a.txt")).toMatchObject({ path: "a.txt", base: HASH });
  later.files.tree.keepLocal("a.txt");
  expect(later.files.tree.outdated("a.txt")).toBeNull();
  expect((await later.contents.get("a.txt")).content).toBe("mine");
  later.files.tree.acceptUpstream("a.txt");
  expect((await later.contents.get("a.txt")).content).toBe("published");
  expect([...storage.copies.keys()]).toEqual([]);
});

test("a zip archive is imported again without overwriting anything", async () => {
  const { contents, files } = await opened();
  await contents.save("a.txt", { type: "file", format: "text", content: "mine" });
  await contents.save("data/new.txt", { type: "file", format: "text", content: "new" });
  const [all, changes] = [await packed(files, "everything"), await packed(files, "changes")];
  const elsewhere = await opened();
  expect(await unpacked(elsewhere.files, changes)).toEqual({ written: ["a.txt", "data/new.txt"], same: [], older: [] });
  expect((await elsewhere.contents.get("data/new.txt")).content).toBe("new");
  await elsewhere.contents.save("a.txt", { type: "file", format: "text", content: "theirs" });
  expect(await unpacked(elsewhere.files, all)).toMatchObject({ written: ["a-imported.txt"], same: ["b.ipynb", "data/new.txt", "data/stars.csv"] });
  expect((await elsewhere.contents.get("a.txt")).content).toBe("theirs");
});

test.each(["{", "null", '{"c.txt": 7}'])("a zip with invalid base hashes (%s) is imported all the same", async (said) => {
  const { files } = await opened();
  const zip = zipSync({ ".wasmnb.json": strToU8(said), "c.txt": strToU8("new") });
  expect(await unpacked(files, zip)).toEqual({ written: ["c.txt"], same: [], older: [] });
});

test("files of an older zip are based on the version published then", async () => {
  const now = "1".repeat(64);
  const before = await opened();
  await before.contents.save("a.txt", { type: "file", format: "text", content: "mine" });
  const later = await opened(undefined, now);
  await unpacked(later.files, await packed(before.files, "changes"));
  expect(later.files.tree.outdated("a.txt")).toMatchObject({ base: HASH });
  expect((await later.contents.get("a.txt")).content).toBe("mine");
});

test("unchanged files of an older zip do not overlay newer published ones", async () => {
  const old = new TextEncoder().encode("old");
  const before = await opened(undefined, (await hashOf(old)) ?? "");
  before.files.fetch = () => Promise.resolve(old);
  const later = await opened();
  const imported = await unpacked(later.files, await packed(before.files, "everything"));
  expect(imported).toEqual({ written: [], same: [], older: ["a.txt", "b.ipynb", "data/stars.csv"] });
});

test("an insecure page, which cannot hash, imports files that differ", async () => {
  const subtle = vi.spyOn(crypto, "subtle", "get").mockReturnValue(undefined as never);
  const { contents, files } = await opened();
  await contents.save("a.txt", { type: "file", format: "text", content: "mine" });
  const zip = await packed(files, "changes");
  const elsewhere = await opened();
  await elsewhere.contents.save("a.txt", { type: "file", format: "text", content: "theirs" });
  expect(await unpacked(elsewhere.files, zip)).toMatchObject({ written: ["a-imported.txt"] });
  subtle.mockRestore();
});

test("a save that the browser cannot store fails with the reason", async () => {
  const { page, storage } = await opened();
  storage.put = () => Promise.reject(new Error("The disk is full."));
  const [status, answer] = await ask(page, "PUT", "api/contents/a.txt", { type: "file", format: "text", content: "mine" });
  expect(status).toBe(500);
  expect(answer).toMatchObject({ message: "The disk is full." });
});

interface Kept extends CopyStore {
  readonly copies: Map<string, Copy>;
  hear: (copy: Copy) => void;
}

/** A page of a site with those files, and what its browser keeps. */
async function opened(before?: Kept, hash = HASH): Promise<{ readonly contents: ContentsManager; readonly files: SiteFiles; readonly page: Page; readonly storage: Kept }> {
  const storage = keeping(before?.copies);
  const files = new SiteFiles("http://page.test/sub/", published(hash), await storage.all(), storage);
  files.fetch = (path) => Promise.resolve(new TextEncoder().encode(TEXTS[path]));
  const page = await openPage({ files });
  const contents = new ContentsManager({ defaultDrive: new Drive({ serverSettings: page.settings }) });
  return { contents, files, page, storage };
}

function keeping(copies = new Map<string, Copy>()): Kept {
  const kept: Kept = {
    ...emptyStore(),
    copies,
    hear: () => undefined,
    all: () => Promise.resolve([...copies.values()]),
    put: (copy) => {
      if (copy.kind === "as published") copies.delete(copy.path);
      else copies.set(copy.path, copy);
      return Promise.resolve();
    },
    listen: (heard) => { kept.hear = heard; },
  };
  return kept;
}

function published(hash: string): Published[] {
  const last_modified = "2026-01-01T00:00:00Z";
  const folder = (path: string): Published => ({ path, type: "directory", size: null, last_modified, hash: null });
  const files = Object.entries(TEXTS).map(([path, text]): Published => {
    const type = path.endsWith(".ipynb") ? "notebook" : "file";
    return { path, type, size: text.length, last_modified, hash };
  });
  return [folder(""), folder("data"), ...files];
}

async function names(contents: ContentsManager, path: string): Promise<string[]> {
  return ((await contents.get(path)).content as Contents.IModel[]).map(({ name }) => name);
}

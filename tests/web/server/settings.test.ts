/** What lasts: settings, workspaces and configuration, in the store of the page. */

import { ConfigSectionManager, SettingManager, WorkspaceManager } from "@jupyterlab/services";
import { SettingRegistry } from "@jupyterlab/settingregistry";
import { expect, test, vi } from "vitest";

import { mapStore, storageStore } from "../../../web/server";
import { ask, BASE, openPage, type Page } from "../driver";

// The registry also merges shortcuts, with a library that cannot be loaded without a browser's document.
vi.mock("@lumino/commands", () => ({}));

const THEMES = "@jupyterlab/apputils-extension:themes";
const TREE = "@jupyterlab/filebrowser-extension:browser";

const SCHEMAS = [
  {
    id: THEMES,
    version: "4.6.4",
    schema: { type: "object", properties: { theme: { type: "string", default: "JupyterLab Light" }, scale: { type: "number", default: 1 } } },
  },
  { id: TREE, version: "4.6.4", schema: { type: "object", properties: { hidden: { type: "boolean", default: false } } } },
];

test("settings are composed of a plugin's defaults and of what the user has set, and last", async () => {
  const store = mapStore();
  const connector = new SettingManager({ serverSettings: (await openSettings(store)).settings });
  const registry = new SettingRegistry({ connector });
  const themes = await registry.load(THEMES);
  expect(themes.composite).toEqual({ theme: "JupyterLab Light", scale: 1 });
  await themes.set("theme", "JupyterLab Dark");

  const later = new SettingManager({ serverSettings: (await openSettings(store)).settings });
  const reloaded = await new SettingRegistry({ connector: later }).load(THEMES);
  expect(reloaded.composite).toEqual({ theme: "JupyterLab Dark", scale: 1 });
  expect(reloaded.user).toEqual({ theme: "JupyterLab Dark" });
});

test("all settings are listed, or their ids only", async () => {
  const connector = new SettingManager({ serverSettings: (await openSettings()).settings });
  await connector.save(TREE, "{hidden: true}");
  const all = await connector.list();
  expect(all.values.map(({ id, raw, version }) => [id, raw, version])).toEqual([[THEMES, "{}", "4.6.4"], [TREE, "{hidden: true}", "4.6.4"]]);
  expect(await connector.list("ids")).toEqual({ ids: [THEMES, TREE], values: [] });
});

test("what the user wrote is kept to the letter, with the times when", async () => {
  const page = await openSettings();
  const raw = '{\n  // because it is late\n  "theme": "JupyterLab Dark",\n}';
  expect(await ask(page, "PUT", `lab/api/settings/${THEMES}`, { raw })).toEqual([204, null]);
  const [, first] = await ask(page, "GET", `lab/api/settings/${THEMES}`);
  expect(first).toMatchObject({ id: THEMES, raw, settings: { theme: "JupyterLab Dark" }, version: "4.6.4", schema: { type: "object" } });
  const { created, last_modified } = first as { created: string; last_modified: string };
  expect(created).toBe(last_modified);
  await ask(page, "PUT", `lab/api/settings/${THEMES}`, { raw: "{}" });
  expect(await ask(page, "GET", `lab/api/settings/${THEMES}`)).toMatchObject([200, { raw: "{}", created }]);
});

test.each([
  ["GET", "nobody:nothing", undefined, 404, "Schema not found: nobody:nothing"],
  ["PUT", "nobody:nothing", { raw: "{}" }, 404, "Schema not found: nobody:nothing"],
  ["PUT", THEMES, { theme: 1 }, 400, "Missing field in JSON data: raw"],
  ["PUT", THEMES, { raw: "{" }, 400, `The settings for ${THEMES} are not JSON5: SyntaxError: JSON5: invalid end of input at 1:2.`],
])("%s of settings %s with %j is refused with %i", async (method, id, body, code, message) => {
  const page = await openSettings();
  expect(await ask(page, method, `lab/api/settings/${id}`, body)).toEqual([code, { message }]);
});

test("schemas are fetched once, and again only after that failed", async () => {
  const answers = [new Response("gone", { status: 503 }), Response.json(SCHEMAS)];
  const page = await openPage({ fetch: () => Promise.resolve(answers.shift() ?? Response.error()) });
  expect(await ask(page, "GET", "lab/api/settings")).toMatchObject([502, { message: expect.stringContaining("answered with 503") as string }]);
  expect(await ask(page, "GET", `lab/api/settings/${TREE}`)).toMatchObject([200, { id: TREE }]);
  expect(await ask(page, "GET", `lab/api/settings/${THEMES}`)).toMatchObject([200, { id: THEMES }]);
});

test("workspaces are saved, fetched, listed and removed", async () => {
  const workspaces = new WorkspaceManager({ serverSettings: (await openPage()).settings });
  await workspaces.save("default", { data: { layout: 1 }, metadata: { id: "default" } });
  await workspaces.save("auto-x/ö", { data: { layout: 2 }, metadata: { id: "auto-x/ö" } });
  expect(await workspaces.fetch("default")).toMatchObject({ data: { layout: 1 }, metadata: { id: "default" } });
  expect((await workspaces.list()).ids).toEqual(["auto-x/ö", "default"]);
  await workspaces.remove("auto-x/ö");
  const { ids, values } = await workspaces.list();
  expect(ids).toEqual(["default"]);
  expect(values).toMatchObject([{ data: { layout: 1 }, metadata: { last_modified: expect.stringMatching(/^\d{4}-/) as string } }]);
});

test("a workspace that was never saved is empty", async () => {
  const workspaces = new WorkspaceManager({ serverSettings: (await openPage()).settings });
  expect(await workspaces.fetch("new")).toEqual({ data: {}, metadata: { id: "new" } });
});

test.each([
  ["PUT", { data: {}, metadata: { id: "other" } }, 400, "Workspace metadata ID mismatch: expected 'one' got 'other'"],
  ["PUT", { data: {} }, 400, "The field metadata must be a JSON object, but is undefined."],
  ["DELETE", undefined, 404, "Workspace 'one' not found"],
])("%s of a workspace with %j is refused with %i", async (method, body, code, message) => {
  const page = await openPage();
  expect(await ask(page, method, "lab/api/workspaces/one", body)).toEqual([code, { message }]);
});

test("a section of configuration is kept, and changed value by value", async () => {
  const sections = new ConfigSectionManager({ serverSettings: (await openPage()).settings });
  const section = await sections.create({ name: "notebook" });
  expect(section.data).toEqual({});
  await section.update({ cell: { wrap: true, lines: 3 }, old: 1 });
  await section.update({ cell: { lines: 4 }, old: null });
  expect((await sections.create({ name: "notebook" })).data).toEqual({ cell: { wrap: true, lines: 4 } });
});

test("a section of configuration is replaced as a whole", async () => {
  const page = await openPage();
  await ask(page, "PUT", "api/config/notebook", { a: 1 });
  expect(await ask(page, "PUT", "api/config/notebook", { b: 2 })).toEqual([204, null]);
  expect(await ask(page, "GET", "api/config/notebook")).toEqual([200, { b: 2 }]);
});

test("a browser's storage keeps everything under a prefix of its own", async () => {
  const storage = new MemoryStorage();
  storage.setItem("somebody else's", "1");
  const store = storageStore(storage, "wasmnb:");
  await store.set("workspaces/a", "2");
  await store.set("settings/b", "3");
  expect([...storage.map]).toEqual([["somebody else's", "1"], ["wasmnb:workspaces/a", "2"], ["wasmnb:settings/b", "3"]]);
  expect(await store.list("workspaces/")).toEqual(["workspaces/a"]);
  await store.delete("workspaces/a");
  expect(await store.get("workspaces/a")).toBeNull();
  expect(await store.get("settings/b")).toBe("3");
});

test("a browser's storage that is full refuses with what to do", async () => {
  const storage = new MemoryStorage();
  storage.setItem = (): never => { throw new DOMException("The quota has been exceeded.", "QuotaExceededError"); };
  const page = await openPage({ store: storageStore(storage, "") });
  const workspace = { data: {}, metadata: { id: "one" } };
  expect(await ask(page, "PUT", "lab/api/workspaces/one", workspace)).toEqual([
    507,
    { message: "The browser could not store workspaces/one (QuotaExceededError: The quota has been exceeded.). Free some space by clearing site data." },
  ]);
});

function openSettings(store = mapStore()): Promise<Page> {
  return openPage({ store, fetch: (url) => Promise.resolve(url === `${BASE}static/schemas.json` ? Response.json(SCHEMAS) : Response.error()) });
}

/** What Node lacks of a browser: a Storage. */
class MemoryStorage implements Storage {
  readonly map = new Map<string, string>();

  get length(): number {
    return this.map.size;
  }

  key(n: number): string | null {
    return [...this.map.keys()][n] ?? null;
  }

  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.map.set(key, value);
  }

  removeItem(key: string): void {
    this.map.delete(key);
  }

  clear(): void {
    this.map.clear();
  }
}

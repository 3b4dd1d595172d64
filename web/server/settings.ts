/** User settings and their schemas: `lab/api/settings`. */

import JSON5 from "json5";

import { body, noContent, Problem, type Route, text } from "./routes";
import { settingsName, type Store } from "./store";

/** The settings schema of a plugin, and the version of its package. */
interface PluginSchema {
  readonly id: string;
  readonly schema: object;
  readonly version: string;
}

/** A user's settings of a plugin: JSON5 with comments. */
interface Saved {
  readonly raw: string;
  readonly created: string;
  readonly last_modified: string;
}

export class Settings {
  #schemas: Promise<readonly PluginSchema[]> | null = null;

  /** The schemas are fetched with the first request; `isDark` makes the dark theme the default. */
  constructor(
    private readonly store: Store,
    private readonly fetchSchemas: () => Promise<Response>,
    private readonly isDark = false,
  ) {}

  readonly routes: readonly Route[] = [
    ["GET", /^lab\/api\/settings\/?$/, (_, request) => this.#list(request)],
    ["GET", /^lab\/api\/settings\/(.+)$/, (id) => this.#get(id)],
    ["PUT", /^lab\/api\/settings\/(.+)$/, (id, request) => this.#put(id, request)],
  ];

  async #list(request: Request): Promise<Response> {
    const schemas = await this.#all();
    const idsOnly = new URL(request.url).searchParams.get("ids_only") === "true";
    const settings = idsOnly ? schemas.map(({ id }) => ({ id })) : await Promise.all(schemas.map((schema) => this.#withSaved(schema)));
    return Response.json({ settings });
  }

  async #get(id: string): Promise<Response> {
    return Response.json(await this.#withSaved(await this.#schema(id)));
  }

  async #put(id: string, request: Request): Promise<Response> {
    const raw = text(await body(request), "raw");
    await this.#schema(id);
    checkJson5(raw, id);
    const now = new Date().toISOString();
    const saved: Saved = { raw, created: (await this.#load(id))?.created ?? now, last_modified: now };
    await this.store.set(settingsName(id), JSON.stringify(saved));
    return noContent();
  }

  async #withSaved(schema: PluginSchema): Promise<object> {
    const { raw = "{}", created = null, last_modified = null } = (await this.#load(schema.id)) ?? {};
    return { ...schema, raw, settings: JSON5.parse<unknown>(raw), created, last_modified };
  }

  async #schema(id: string): Promise<PluginSchema> {
    const schema = (await this.#all()).find((schema) => schema.id === id);
    if (!schema) throw new Problem(404, `Schema not found: ${id}`);
    return schema;
  }

  /** All schemas; a failed download is repeated with the next request. */
  async #all(): Promise<readonly PluginSchema[]> {
    this.#schemas ??= downloaded(this.fetchSchemas()).then((schemas) => (this.isDark ? schemas.map(darkened) : schemas));
    try {
      return await this.#schemas;
    } catch (error) {
      this.#schemas = null;
      throw error;
    }
  }

  async #load(id: string): Promise<Saved | null> {
    const saved = await this.store.get(settingsName(id));
    // Only #put writes under these names.
    return saved === null ? null : (JSON.parse(saved) as Saved);
  }
}

async function downloaded(answer: Promise<Response>): Promise<readonly PluginSchema[]> {
  const response = await answer;
  if (response.ok) return (await response.json()) as PluginSchema[]; // the build writes this file
  throw new Problem(502, `The settings schemas could not be loaded: ${response.url} answered with ${response.status}.`);
}

/** Makes the dark theme the default. */
function darkened(plugin: PluginSchema): PluginSchema {
  if (plugin.id !== "@jupyterlab/apputils-extension:themes") return plugin;
  const { schema } = plugin;
  const { properties } = schema as { readonly properties: Readonly<Record<string, object>> };
  return { ...plugin, schema: { ...schema, properties: { ...properties, theme: { ...properties.theme, default: "JupyterLab Dark" } } } };
}

function checkJson5(raw: string, id: string): void {
  try {
    JSON5.parse(raw);
  } catch (error) {
    throw new Problem(400, `The settings for ${id} are not JSON5: ${String(error)}.`);
  }
}

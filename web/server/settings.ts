/** What the user has set, over the schemas of what can be set, as `lab/api/settings` gives both. */

import JSON5 from "json5";

import { body, done, Problem, type Route, text } from "./routes";
import { settingsName, type Store } from "./store";

/** What can be set in one plugin, and the version of the package that it comes from. */
interface PluginSchema {
  readonly id: string;
  readonly schema: object;
  readonly version: string;
}

/** What the user set in one plugin: JSON5, comments and all. */
interface Saved {
  readonly raw: string;
  readonly created: string;
  readonly last_modified: string;
}

export class Settings {
  #schemas: Promise<readonly PluginSchema[]> | null = null;

  /** The schemas are a JSON file, fetched when first asked for; who has chosen no theme may have the dark one. */
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
    const settings = idsOnly ? schemas.map(({ id }) => ({ id })) : await Promise.all(schemas.map((schema) => this.#with(schema)));
    return Response.json({ settings });
  }

  async #get(id: string): Promise<Response> {
    return Response.json(await this.#with(await this.#schema(id)));
  }

  async #put(id: string, request: Request): Promise<Response> {
    const raw = text(await body(request), "raw");
    await this.#schema(id);
    checkJson5(raw, id);
    const now = new Date().toISOString();
    const saved: Saved = { raw, created: (await this.#saved(id))?.created ?? now, last_modified: now };
    await this.store.set(settingsName(id), JSON.stringify(saved));
    return done();
  }

  async #with(schema: PluginSchema): Promise<object> {
    const { raw = "{}", created = null, last_modified = null } = (await this.#saved(schema.id)) ?? {};
    return { ...schema, raw, settings: JSON5.parse<unknown>(raw), created, last_modified };
  }

  async #schema(id: string): Promise<PluginSchema> {
    const schema = (await this.#all()).find((schema) => schema.id === id);
    if (!schema) throw new Problem(404, `Schema not found: ${id}`);
    return schema;
  }

  /** All schemas; if they cannot be had, they are asked for again the next time. */
  async #all(): Promise<readonly PluginSchema[]> {
    this.#schemas ??= downloaded(this.fetchSchemas()).then((schemas) => (this.isDark ? schemas.map(darkened) : schemas));
    try {
      return await this.#schemas;
    } catch (error) {
      this.#schemas = null;
      throw error;
    }
  }

  async #saved(id: string): Promise<Saved | null> {
    const saved = await this.store.get(settingsName(id));
    // Only #put writes under these names.
    return saved === null ? null : (JSON.parse(saved) as Saved);
  }
}

async function downloaded(answer: Promise<Response>): Promise<readonly PluginSchema[]> {
  const response = await answer;
  if (response.ok) return (await response.json()) as PluginSchema[]; // the build writes this file
  throw new Problem(502, `What can be set could not be loaded: ${response.url} answered with ${response.status}.`);
}

/** JupyterLab's themes, of which one is dark unless its user chooses another. */
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

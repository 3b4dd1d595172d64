/** What the user has set, over the schemas of what can be set, as `lab/api/settings` gives both. */

import JSON5 from "json5";

import { body, done, Problem, type Route, text } from "./routes";
import type { Store } from "./store";

/** What `schemas.json` holds: by plugin id, the schema and the version of the package that it comes from. */
export type Schemas = Readonly<Record<string, { readonly schema: object; readonly version: string }>>;

/** What the user set in one plugin: JSON5, comments and all. */
interface Saved {
  readonly raw: string;
  readonly created: string;
  readonly last_modified: string;
}

export class Settings {
  #schemas: Promise<Schemas> | null = null;

  constructor(
    private readonly store: Store,
    private readonly fetchSchemas: () => Promise<Response>,
  ) {}

  readonly routes: readonly Route[] = [
    ["GET", /^lab\/api\/settings\/?$/, (_, request) => this.#list(request)],
    ["GET", /^lab\/api\/settings\/(.+)$/, async (id) => Response.json(await this.#model(id))],
    ["PUT", /^lab\/api\/settings\/(.+)$/, (id, request) => this.#put(id, request)],
  ];

  async #list(request: Request): Promise<Response> {
    const ids = Object.keys(await this.#known());
    const idsOnly = new URL(request.url).searchParams.get("ids_only") === "true";
    const settings = idsOnly ? ids.map((id) => ({ id })) : await Promise.all(ids.map((id) => this.#model(id)));
    return Response.json({ settings });
  }

  async #model(id: string): Promise<object> {
    const { schema, version } = await this.#schema(id);
    const saved = await this.#saved(id);
    const { raw = "{}", created = null, last_modified = null } = saved ?? {};
    return { id, schema, version, raw, settings: JSON5.parse<unknown>(raw), created, last_modified };
  }

  async #put(id: string, request: Request): Promise<Response> {
    const raw = text(await body(request), "raw");
    await this.#schema(id);
    checkJson5(raw, id);
    const now = new Date().toISOString();
    const saved: Saved = { raw, created: (await this.#saved(id))?.created ?? now, last_modified: now };
    await this.store.set(nameOf(id), JSON.stringify(saved));
    return done();
  }

  async #schema(id: string): Promise<Schemas[string]> {
    const found = (await this.#known())[id];
    if (!found) throw new Problem(404, `Schema not found: ${id}`);
    return found;
  }

  async #saved(id: string): Promise<Saved | null> {
    const saved = await this.store.get(nameOf(id));
    // Only #put writes under these names.
    return saved === null ? null : (JSON.parse(saved) as Saved);
  }

  /** The schemas, asked for once; a failed request is made again the next time. */
  async #known(): Promise<Schemas> {
    this.#schemas ??= this.#download();
    try {
      return await this.#schemas;
    } catch (error) {
      this.#schemas = null;
      throw error;
    }
  }

  async #download(): Promise<Schemas> {
    const response = await this.fetchSchemas();
    if (!response.ok) throw new Problem(502, `The settings' schemas could not be loaded: ${response.url} gave ${response.status}.`);
    // The build writes this file beside the page's scripts.
    return (await response.json()) as Schemas;
  }
}

function nameOf(id: string): string {
  return `settings/${id}`;
}

function checkJson5(raw: string, id: string): void {
  try {
    JSON5.parse(raw);
  } catch (error) {
    throw new Problem(400, `The settings for ${id} are not JSON5: ${String(error)}.`);
  }
}

/** Saved layouts of tabs, by name: `lab/api/workspaces`. */

import { body, noContent, objectIn, Problem, type Route, text } from "./routes";
import type { Store } from "./store";

interface Workspace {
  readonly data: object;
  readonly metadata: { readonly id: string; readonly created?: string; readonly last_modified?: string };
}

const PREFIX = "workspaces/";

export class Workspaces {
  constructor(private readonly store: Store) {}

  readonly routes: readonly Route[] = [
    ["GET", /^lab\/api\/workspaces\/?$/, () => this.#list()],
    ["GET", /^lab\/api\/workspaces\/(.+)$/, async (id) => Response.json((await this.#load(id)) ?? empty(id))],
    ["PUT", /^lab\/api\/workspaces\/(.+)$/, (id, request) => this.#put(id, request)],
    ["DELETE", /^lab\/api\/workspaces\/(.+)$/, (id) => this.#delete(id)],
  ];

  async #list(): Promise<Response> {
    const names = (await this.store.list(PREFIX)).sort();
    const saved = await Promise.all(names.map((name) => this.#load(name.slice(PREFIX.length))));
    const values = saved.filter((workspace) => workspace !== null);
    return Response.json({ workspaces: { ids: values.map(({ metadata }) => metadata.id), values } });
  }

  async #put(id: string, request: Request): Promise<Response> {
    const workspace = await body(request);
    const metadata = objectIn(workspace.metadata, "The field metadata");
    const named = text(metadata, "id");
    if (withoutSlash(decodeURIComponent(named)) !== withoutSlash(id)) {
      throw new Problem(400, `Workspace metadata ID mismatch: expected '${id}' got '${named}'`);
    }
    const now = new Date().toISOString();
    const created = (await this.#load(id))?.metadata.created ?? now;
    const saved = { ...workspace, metadata: { ...metadata, created, last_modified: now } };
    await this.store.set(PREFIX + withoutSlash(id), JSON.stringify(saved));
    return noContent();
  }

  async #delete(id: string): Promise<Response> {
    if (!(await this.#load(id))) throw new Problem(404, `Workspace '${id}' not found`);
    await this.store.delete(PREFIX + withoutSlash(id));
    return noContent();
  }

  async #load(id: string): Promise<Workspace | null> {
    const saved = await this.store.get(PREFIX + withoutSlash(id));
    // Only #put writes under these names.
    return saved === null ? null : (JSON.parse(saved) as Workspace);
  }
}

/** A workspace that was never saved is empty. */
function empty(id: string): Workspace {
  return { data: {}, metadata: { id } };
}

/** Ids are the same with and without a leading slash. */
function withoutSlash(id: string): string {
  return id.replace(/^\//, "");
}

/** Which tabs are open where, as `lab/api/workspaces` keeps it by name. */

import { body, done, objectIn, Problem, type Route, text } from "./routes";
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
    ["GET", /^lab\/api\/workspaces\/(.+)$/, async (id) => Response.json((await this.#saved(id)) ?? empty(id))],
    ["PUT", /^lab\/api\/workspaces\/(.+)$/, (id, request) => this.#put(id, request)],
    ["DELETE", /^lab\/api\/workspaces\/(.+)$/, (id) => this.#delete(id)],
  ];

  async #list(): Promise<Response> {
    const names = (await this.store.list(PREFIX)).sort();
    const saved = await Promise.all(names.map((name) => this.#saved(name.slice(PREFIX.length))));
    const values = saved.filter((workspace) => workspace !== null);
    return Response.json({ workspaces: { ids: values.map(({ metadata }) => metadata.id), values } });
  }

  async #put(id: string, request: Request): Promise<Response> {
    const wanted = await body(request);
    const metadata = objectIn(wanted.metadata, "The field metadata");
    const named = text(metadata, "id");
    if (bare(decodeURIComponent(named)) !== bare(id)) {
      throw new Problem(400, `Workspace metadata ID mismatch: expected '${id}' got '${named}'`);
    }
    const now = new Date().toISOString();
    const created = (await this.#saved(id))?.metadata.created ?? now;
    const saved = { ...wanted, metadata: { ...metadata, created, last_modified: now } };
    await this.store.set(PREFIX + bare(id), JSON.stringify(saved));
    return done();
  }

  async #delete(id: string): Promise<Response> {
    if (!(await this.#saved(id))) throw new Problem(404, `Workspace '${id}' not found`);
    await this.store.delete(PREFIX + bare(id));
    return done();
  }

  async #saved(id: string): Promise<Workspace | null> {
    const saved = await this.store.get(PREFIX + bare(id));
    // Only #put writes under these names.
    return saved === null ? null : (JSON.parse(saved) as Workspace);
  }
}

/** A workspace that nobody has saved is an empty one. */
function empty(id: string): Workspace {
  return { data: {}, metadata: { id } };
}

/** Names count the same with and without a slash before them. */
function bare(id: string): string {
  return id.replace(/^\//, "");
}

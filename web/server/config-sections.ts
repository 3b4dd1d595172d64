/** Named configuration sections of front-end extensions: `api/config`. */

import { body, noContent, isObject, type Route } from "./routes";
import type { Store } from "./store";

type Section = Readonly<Record<string, unknown>>;

export class ConfigSections {
  constructor(private readonly store: Store) {}

  readonly routes: readonly Route[] = [
    ["GET", /^api\/config\/([^/]+)$/, async (name) => Response.json(await this.#load(name))],
    ["PUT", /^api\/config\/([^/]+)$/, async (name, request) => { await this.#save(name, await body(request)); return noContent(); }],
    ["PATCH", /^api\/config\/([^/]+)$/, (name, request) => this.#patch(name, request)],
  ];

  async #patch(name: string, request: Request): Promise<Response> {
    const section = merged(await this.#load(name), await body(request));
    await this.#save(name, section);
    return Response.json(section);
  }

  async #load(name: string): Promise<Section> {
    const saved = await this.store.get(`config/${name}`);
    // Only #save writes under these names.
    return saved === null ? {} : (JSON.parse(saved) as Section);
  }

  async #save(name: string, section: Section): Promise<void> {
    await this.store.set(`config/${name}`, JSON.stringify(section));
  }
}

/** Merges changes into a section, recursively; null removes a value. */
function merged(section: Section, changes: Section): Section {
  const entries = Object.entries(changes).map(([key, change]) => {
    const old = section[key];
    return [key, isObject(change) ? merged(isObject(old) ? old : {}, change) : change] as const;
  });
  const all = { ...section, ...Object.fromEntries(entries) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

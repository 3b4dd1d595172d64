/** Where the page keeps what has to last: settings, workspaces, configuration. */

import { Problem } from "./routes";

type Soon<T> = T | Promise<T>;

/** Texts under names. */
export interface Store {
  get(name: string): Soon<string | null>;
  set(name: string, value: string): Soon<void>;
  delete(name: string): Soon<void>;
  /** The names that begin so. */
  list(prefix: string): Soon<string[]>;
}

/** The prefix of all names that belong to the pages below a base URL, which is written in full. */
export const prefixOf = (baseUrl: string): string => `wasmnb:${baseUrl}:`;

/** The name of a plugin's settings. */
export const settingsName = (plugin: string): string => `settings/${plugin}`;

/** A browser's `localStorage` as a store; a prefix of its own keeps its names apart from others of the same origin. */
export function storageStore(storage: Storage, own: string): Store {
  return {
    get: (name) => storage.getItem(own + name),
    set: (name, value) => { keep(storage, own + name, value); },
    delete: (name) => { storage.removeItem(own + name); },
    list: (prefix) => namesIn(storage, own + prefix).map((name) => name.slice(own.length)),
  };
}

/** A store that lasts as long as its map. */
export function mapStore(map = new Map<string, string>()): Store {
  return {
    get: (name) => map.get(name) ?? null,
    set: (name, value) => { map.set(name, value); },
    delete: (name) => { map.delete(name); },
    list: (prefix) => [...map.keys()].filter((name) => name.startsWith(prefix)),
  };
}

function keep(storage: Storage, name: string, value: string): void {
  try {
    storage.setItem(name, value);
  } catch (error) {
    throw new Problem(507, `The browser could not keep ${name} (${String(error)}). Clearing site data makes room.`);
  }
}

function namesIn(storage: Storage, prefix: string): string[] {
  const names = Array.from({ length: storage.length }, (_, n) => storage.key(n) ?? "");
  return names.filter((name) => name.startsWith(prefix));
}

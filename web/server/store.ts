/** A key-value store of texts, for settings, workspaces and configuration. */

import { Problem } from "./routes";

type Soon<T> = T | Promise<T>;

/** Texts by name; a store may be synchronous or asynchronous. */
export interface Store {
  get(name: string): Soon<string | null>;
  set(name: string, value: string): Soon<void>;
  delete(name: string): Soon<void>;
  /** The names with that prefix. */
  list(prefix: string): Soon<string[]>;
}

/** The prefix of all names that belong to the pages below a base URL, which is written in full. */
export const prefixOf = (baseUrl: string): string => `wasmnb:${baseUrl}:`;

/** The name of a plugin's settings. */
export const settingsName = (plugin: string): string => `settings/${plugin}`;

/** A browser's `localStorage` as a store; the prefix separates its names from others of the same origin. */
export function storageStore(storage: Storage, namespace: string): Store {
  return {
    get: (name) => storage.getItem(namespace + name),
    set: (name, value) => { save(storage, namespace + name, value); },
    delete: (name) => { storage.removeItem(namespace + name); },
    list: (prefix) => namesIn(storage, namespace + prefix).map((name) => name.slice(namespace.length)),
  };
}

/** A store in memory. */
export function mapStore(map = new Map<string, string>()): Store {
  return {
    get: (name) => map.get(name) ?? null,
    set: (name, value) => { map.set(name, value); },
    delete: (name) => { map.delete(name); },
    list: (prefix) => [...map.keys()].filter((name) => name.startsWith(prefix)),
  };
}

function save(storage: Storage, name: string, value: string): void {
  try {
    storage.setItem(name, value);
  } catch (error) {
    throw new Problem(507, `The browser could not store ${name} (${String(error)}). Free some space by clearing site data.`);
  }
}

function namesIn(storage: Storage, prefix: string): string[] {
  const names = Array.from({ length: storage.length }, (_, n) => storage.key(n) ?? "");
  return names.filter((name) => name.startsWith(prefix));
}

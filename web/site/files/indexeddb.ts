/**
 * The reader's changes to a site, stored in IndexedDB: one database for each site, one entry for each path, shared by all tabs.
 *
 * Readers' data outlives releases: database names, the version, the store and its keys must stay as they are.
 */
import { type DBSchema, openDB } from "idb";
import type { Copy } from "../../../kernels/overlay";
import { Problem } from "../../server/routes";

export interface CopyStore {
  all(): Promise<Copy[]>;
  get(path: string): Promise<Copy | undefined>;
  /** Stores the entry of a path; deletes it where the path is as it was published. */
  put(copy: Copy): Promise<void>;
  /** Calls back with every entry that another tab stores. */
  listen(listener: (copy: Copy) => void): void;
}

const STORE = "copies";
const VERSION = 1;

/** Only `put` writes there. */
interface Schema extends DBSchema {
  [STORE]: { key: string; value: Copy };
}

/** The name of the database of the site whose root is at that URL. */
export const databaseName = (root: string): string => `wasmnb:${root}`;

export async function openStore(name: string): Promise<CopyStore> {
  const database = await openDB<Schema>(name, VERSION, { upgrade: (created) => { created.createObjectStore(STORE, { keyPath: "path" }); } });
  const tabs = new BroadcastChannel(name);
  return {
    all: () => database.getAll(STORE).catch(fail),
    get: (path) => database.get(STORE, path).catch(fail),
    put: async (copy) => {
      requestPersistence();
      await (copy.kind === "as published" ? database.delete(STORE, copy.path) : database.put(STORE, copy)).catch(fail);
      tabs.postMessage(copy);
    },
    listen: (listener) => { tabs.onmessage = ({ data }) => { listener(data as Copy); }; },
  };
}

let isRequested = false;

/** Requests persistent storage (no eviction) with the first change; some browsers ask their user. */
function requestPersistence(): void {
  if (isRequested) return;
  isRequested = true;
  // Only secure pages have it, whatever TypeScript's library says. A refusal changes nothing here.
  (navigator.storage as StorageManager | undefined)?.persist().catch(() => undefined);
}

/** A store that is empty and stores nothing: changes last as long as the page. */
export function emptyStore(): CopyStore {
  const nothing = () => Promise.resolve();
  return { all: () => Promise.resolve([]), get: () => Promise.resolve(undefined), put: nothing, listen: () => undefined };
}

/** Stands in where the browser offers no IndexedDB: the page works, and each change is reported as not stored. */
export function unavailableStore(reason: unknown): CopyStore {
  const problem = new Problem(507, `This browser stores nothing for this page (${String(reason)}), so your changes last as long as the page. Download what you want to keep.`);
  return { ...emptyStore(), put: () => Promise.reject(problem) };
}

function fail(error: unknown): never {
  throw new Problem(507, `This browser could not store your changes (${String(error)}). Download what you want to keep; clearing site data frees space.`);
}

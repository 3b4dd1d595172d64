/** Where the reader's changes are kept: a database of this browser, one entry a path, the same for all tabs. */
import type { Copy } from "../../../kernels/overlay";
import { Problem } from "../../server/routes";

export interface Storage {
  all(): Promise<Copy[]>;
  get(path: string): Promise<Copy | undefined>;
  /** Keeps what there is of a path; nothing, where that is as it was published. */
  put(copy: Copy): Promise<void>;
  /** Tells what other tabs keep. */
  listen(heard: (copy: Copy) => void): void;
}

const STORE = "copies";

/** What the database of the site is called whose root is at that address. */
export const nameOfStorage = (root: string): string => `wasmnb:${root}`;

/** https://developer.mozilla.org/docs/Web/API/IndexedDB_API */
export async function browserStorage(name: string): Promise<Storage> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => { opening.result.createObjectStore(STORE, { keyPath: "path" }); };
  const database = await settled(opening);
  const tabs = new BroadcastChannel(name);
  const change = async (how: (store: IDBObjectStore) => IDBRequest): Promise<void> => {
    const transaction = database.transaction(STORE, "readwrite");
    how(transaction.objectStore(STORE));
    await done(transaction);
  };
  return {
    // Only #put writes there.
    all: () => settled(database.transaction(STORE).objectStore(STORE).getAll() as IDBRequest<Copy[]>),
    get: (path) => settled(database.transaction(STORE).objectStore(STORE).get(path) as IDBRequest<Copy | undefined>),
    put: async (copy) => {
      askToStay();
      await change((store) => (copy.kind === "as published" ? store.delete(copy.path) : store.put(copy)));
      tabs.postMessage(copy);
    },
    listen: (heard) => { tabs.onmessage = ({ data }) => { heard(data as Copy); }; },
  };
}

let isAsked = false;

/** Once something is kept, the browser is asked not to give it up when it needs room elsewhere; some ask their user. */
function askToStay(): void {
  if (isAsked) return;
  isAsked = true;
  // Only secure pages have it, whatever TypeScript's library says. A refusal changes nothing here.
  (navigator.storage as StorageManager | undefined)?.persist().catch(() => undefined);
}

/** A storage that lasts as long as the page, and that begins empty. */
export function noStorage(): Storage {
  const nothing = () => Promise.resolve();
  return { all: () => Promise.resolve([]), get: () => Promise.resolve(undefined), put: nothing, listen: () => undefined };
}

/** In place of one that the browser refuses: the page works, and each change is said not to be kept. */
export function refusedStorage(reason: unknown): Storage {
  const problem = new Problem(507, `This browser keeps nothing for this page (${String(reason)}), so your changes last as long as the page. Download what you want to keep.`);
  return { ...noStorage(), put: () => Promise.reject(problem) };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => { resolve(request.result); };
    request.onerror = () => { reject(notKept(request.error)); };
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => { resolve(); };
    transaction.onabort = transaction.onerror = () => { reject(notKept(transaction.error)); };
  });
}

const notKept = (error: DOMException | null): Problem =>
  new Problem(507, `This browser could not keep your changes (${String(error)}). Download what you want to keep; clearing site data makes room.`);

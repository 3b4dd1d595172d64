/** Where the reader's changes are kept: a database of this browser, one entry a path, the same for all tabs. */
import type { Copy } from "../../kernels/tree";
import { Problem } from "../server/routes";

export interface Storage {
  all(): Promise<Copy[]>;
  put(copy: Copy): Promise<void>;
  delete(path: string): Promise<void>;
  /** Tells what other tabs keep. */
  listen(heard: (copy: Copy) => void): void;
}

const STORE = "copies";

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
    put: async (copy) => {
      await change((store) => store.put(copy));
      tabs.postMessage(copy);
    },
    delete: (path) => change((store) => store.delete(path)),
    listen: (heard) => { tabs.onmessage = ({ data }) => { heard(data as Copy); }; },
  };
}

/** A storage that lasts as long as the page, and that begins empty. */
export function noStorage(): Storage {
  const nothing = () => Promise.resolve();
  return { all: () => Promise.resolve([]), put: nothing, delete: nothing, listen: () => undefined };
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

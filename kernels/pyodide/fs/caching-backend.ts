/**
 * A metadata cache around another backend, as Python's imports repeat the same requests. It is valid while Python runs without a
 * pause: it is cleared at each return to the event loop, and after a second.
 */
import { type Entry, type FileBackend, BackendError } from "./backend";
import { folderOf, isIn, nameOf } from "../../paths";

export class CachingBackend implements FileBackend {
  readonly #lists = new Map<string, readonly Entry[]>();
  readonly #entries = new Map<string, Entry | BackendError>();
  #until = 0;

  constructor(private readonly backend: FileBackend) {}

  stat(path: string): Entry {
    this.#expire();
    const listed = path === "" ? undefined : this.#lists.get(folderOf(path));
    const found = listed ? (listed.find(({ name }) => name === nameOf(path)) ?? new BackendError("ENOENT")) : this.#stat(path);
    if (found instanceof BackendError) throw found;
    return found;
  }

  list(path: string): readonly Entry[] {
    this.#expire();
    return cached(this.#lists, path, () => this.backend.list(path));
  }

  read(path: string): Uint8Array<ArrayBuffer> {
    return this.backend.read(path);
  }

  write(path: string, bytes: Uint8Array<ArrayBuffer>): Entry {
    return this.#invalidating([path], () => this.backend.write(path, bytes));
  }

  makeFolder(path: string): Entry {
    return this.#invalidating([path], () => this.backend.makeFolder(path));
  }

  rename(path: string, to: string): void {
    this.#invalidating([path, to], () => { this.backend.rename(path, to); });
  }

  remove(path: string): void {
    this.#invalidating([path], () => { this.backend.remove(path); });
  }

  #stat(path: string): Entry | BackendError {
    return cached(this.#entries, path, () => {
      try {
        return this.backend.stat(path);
      } catch (error) {
        if (error instanceof BackendError && error.reason === "ENOENT") return error;
        throw error;
      }
    });
  }

  #invalidating<T>(paths: readonly string[], change: () => T): T {
    try {
      return change();
    } finally {
      for (const path of paths) this.#invalidate(path);
    }
  }

  /** Drops the entries of a path, and of its folder, whose time has changed. */
  #invalidate(path: string): void {
    const folder = folderOf(path);
    const stale = (other: string): boolean => other === folder || isIn(path, other);
    for (const other of [...this.#entries.keys()].filter(stale)) this.#entries.delete(other);
    for (const other of [...this.#lists.keys()].filter((other) => stale(other) || other === folderOf(folder))) this.#lists.delete(other);
  }

  /** Clears the cache when others may have changed something: Python has awaited, or was busy for long. */
  #expire(): void {
    if (performance.now() <= this.#until) return;
    this.#clear();
    this.#until = performance.now() + MAX_AGE_MS;
    // Runs as soon as Python pauses, before anything that it awaits.
    queueMicrotask(() => { this.#clear(); });
  }

  #clear(): void {
    this.#lists.clear();
    this.#entries.clear();
    this.#until = 0;
  }
}

const MAX_AGE_MS = 1000;

function cached<T>(answers: Map<string, T>, path: string, ask: () => T): T {
  const answer = answers.get(path) ?? ask();
  answers.set(path, answer);
  return answer;
}

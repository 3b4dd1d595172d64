/** A folder whose answers are remembered while Python runs without a pause, as it asks much and often when it imports. */
import { type Entry, type Folder, Refused } from "./backend";
import { folderOf, isIn, nameOf } from "../../paths";

export class Recent implements Folder {
  readonly #lists = new Map<string, readonly Entry[]>();
  readonly #entries = new Map<string, Entry | Refused>();
  #until = 0;

  constructor(private readonly folder: Folder) {}

  stat(path: string): Entry {
    this.#age();
    const listed = path === "" ? undefined : this.#lists.get(folderOf(path));
    const found = listed ? (listed.find(({ name }) => name === nameOf(path)) ?? new Refused("ENOENT")) : this.#stat(path);
    if (found instanceof Refused) throw found;
    return found;
  }

  list(path: string): readonly Entry[] {
    this.#age();
    return known(this.#lists, path, () => this.folder.list(path));
  }

  read(path: string): Uint8Array<ArrayBuffer> {
    return this.folder.read(path);
  }

  write(path: string, bytes: Uint8Array<ArrayBuffer>): Entry {
    return this.#changing([path], () => this.folder.write(path, bytes));
  }

  makeFolder(path: string): Entry {
    return this.#changing([path], () => this.folder.makeFolder(path));
  }

  rename(path: string, to: string): void {
    this.#changing([path, to], () => { this.folder.rename(path, to); });
  }

  remove(path: string): void {
    this.#changing([path], () => { this.folder.remove(path); });
  }

  #stat(path: string): Entry | Refused {
    return known(this.#entries, path, () => {
      try {
        return this.folder.stat(path);
      } catch (error) {
        if (error instanceof Refused && error.reason === "ENOENT") return error;
        throw error;
      }
    });
  }

  #changing<T>(paths: readonly string[], change: () => T): T {
    try {
      return change();
    } finally {
      for (const path of paths) this.#drop(path);
    }
  }

  /** Forgets what is at a path, and the folder around it, whose time has changed. */
  #drop(path: string): void {
    const folder = folderOf(path);
    const stale = (other: string): boolean => other === folder || isIn(path, other);
    for (const other of [...this.#entries.keys()].filter(stale)) this.#entries.delete(other);
    for (const other of [...this.#lists.keys()].filter((other) => stale(other) || other === folderOf(folder))) this.#lists.delete(other);
  }

  /** Starts anew where others may have changed something: Python has awaited, or has been busy for long. */
  #age(): void {
    if (performance.now() <= this.#until) return;
    this.#forget();
    this.#until = performance.now() + MOMENT;
    // Runs as soon as Python pauses, before anything that it awaits can come.
    queueMicrotask(() => { this.#forget(); });
  }

  #forget(): void {
    this.#lists.clear();
    this.#entries.clear();
    this.#until = 0;
  }
}

/** In milliseconds. */
const MOMENT = 1000;

function known<T>(answers: Map<string, T>, path: string, ask: () => T): T {
  const answer = answers.get(path) ?? ask();
  answers.set(path, answer);
  return answer;
}

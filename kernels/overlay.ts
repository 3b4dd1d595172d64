/**
 * A copy-on-write overlay: the files of a site as its reader sees them.
 *
 * How it works. The lower layer is the list of published files, which never changes. The upper layer holds one entry (`Copy`)
 * for each path that the reader has changed; an entry hides the published file at its path. A deleted file is an entry of
 * kind "gone" (a tombstone, or whiteout). An entry of kind "as published" is an order to forget the upper entry.
 * The page and every kernel have a tree of their own, built from the same `OverlayState`; each change is one entry, which is
 * applied to all trees in the order of its arrival (last writer wins) and stored in the reader's IndexedDB.
 * What must stay true: an entry is visible only if its folder is; a tombstone exists only over a published path; the kinds are
 * stored in readers' browsers, so their names must not change. `base` is the hash of the published file that was changed:
 * it tells a conflict from a mere change.
 */
import { folderOf } from "./paths";

export type Bytes = Uint8Array<ArrayBuffer>;

/** A published file or folder, as the contents API lists it. */
export interface Published {
  readonly path: string;
  readonly type: "directory" | "file" | "notebook";
  readonly size: number | null;
  readonly last_modified: string;
  readonly hash: string | null;
}

/** The reader's version of one path. "gone" is a tombstone; "as published" removes the reader's version. */
export interface Copy {
  readonly path: string;
  readonly kind: "file" | "folder" | "gone" | "as published";
  readonly bytes: Bytes;
  /** In milliseconds since 1970. */
  readonly created: number;
  readonly modified: number;
  /** The hash of the published file that stood there when it was first changed; null where there was none. */
  readonly base: string | null;
  /** Whether the outputs of a notebook are trusted, as when its reader has run it. */
  readonly trusted: boolean;
}

/** A file or folder; the bytes of an unchanged file have to be fetched. */
export interface Item {
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly modified: number;
  readonly copy: Copy | null;
  readonly published: Published | null;
}

/** The overlay at one moment: all that a kernel needs to build the same tree. */
export interface OverlayState {
  readonly published: readonly Published[];
  readonly copies: readonly Copy[];
}

/** The page's overlay, shared with its kernels. */
export interface SharedOverlay {
  state(): OverlayState;
  /** Reports every change that others make; the returned function unsubscribes. */
  listen(heard: (copy: Copy) => void): () => void;
  /** Applies a change made by the kernel with that listener. */
  take(copy: Copy, from: (copy: Copy) => void): void;
}

export const ROOT = "";

export class OverlayTree {
  readonly #published: ReadonlyMap<string, Published>;
  readonly #copies: Map<string, Copy>;

  /** `save` stores each change beyond the page. */
  constructor(
    published: readonly Published[],
    copies: readonly Copy[],
    private readonly save: (copy: Copy) => void,
  ) {
    this.#published = new Map(published.map((each) => [each.path, each]));
    this.#copies = new Map(copies.map((each) => [each.path, each]));
  }

  get published(): readonly Published[] {
    return [...this.#published.values()];
  }

  get copies(): readonly Copy[] {
    return [...this.#copies.values()];
  }

  find(path: string): Item | null {
    const published = this.#published.get(path) ?? null;
    const copy = this.#copies.get(path) ?? null;
    if (path !== ROOT && !this.#isFolder(folderOf(path))) return null;
    if (copy) return copy.kind === "gone" ? null : fromCopy(copy, published);
    return published && fromPublished(published);
  }

  /** The items of a folder, sorted by name. */
  list(folder: string): Item[] {
    const paths = new Set([...this.#published.keys(), ...this.#copies.keys()].filter((path) => path !== ROOT && folderOf(path) === folder));
    return [...paths].sort().flatMap((path) => this.find(path) ?? []);
  }

  /** The item at a path and everything below it, folders before their items. */
  subtree(path: string): Item[] {
    const item = this.find(path);
    if (!item) return [];
    return [item, ...(item.isFolder ? this.list(path).flatMap((each) => this.subtree(each.path)) : [])];
  }

  /** A free path next to that one: "a.txt" and "-mine" give "a-mine.txt", then "a-mine1.txt". */
  freePath(path: string, mark: string): string {
    const [, stem = path, ending = ""] = /^(.*?)(\.[^./]*)?$/s.exec(path) ?? [];
    for (let n = 0; ; n++) {
      const candidate = `${stem}${mark}${n || ""}${ending}`;
      if (!this.find(candidate)) return candidate;
    }
  }

  /** `base` overrides the hash of the published file that this one was made from. */
  write(path: string, bytes: Bytes, trusted = true, base?: string | null): Item {
    return this.#make(path, "file", bytes, trusted, base);
  }

  makeFolder(path: string): Item {
    return this.#make(path, "folder", EMPTY_BYTES, true);
  }

  /** Deletes a file, or an empty folder. */
  remove(path: string): void {
    const published = this.#published.get(path);
    const now = Date.now();
    const tombstone: Copy = { path, kind: "gone", bytes: EMPTY_BYTES, created: now, modified: now, base: published?.hash ?? null, trusted: true };
    this.apply(tombstone);
    this.save(tombstone);
  }

  /** Moves an item to a free path; `read` returns the bytes of unchanged files. */
  rename(path: string, to: string, read: (path: string) => Bytes): void {
    const items = this.subtree(path);
    for (const item of items) {
      const target = to + item.path.slice(path.length);
      if (item.isFolder) this.makeFolder(target);
      else this.write(target, item.copy?.bytes ?? read(item.path), item.copy?.trusted ?? true);
    }
    for (const item of items.reverse()) this.remove(item.path);
  }

  /** Applies a change that was made elsewhere: in a kernel, by the page, or in another tab. */
  apply(copy: Copy): void {
    const hasNoEffect = copy.kind === "as published" || (copy.kind === "gone" && !this.#published.has(copy.path));
    if (hasNoEffect) this.#copies.delete(copy.path);
    else this.#copies.set(copy.path, copy);
  }

  /** The reader's version of a file that was published anew since it was changed (a conflict); null otherwise. */
  outdated(path: string): Copy | null {
    const copy = this.#copies.get(path);
    const published = this.#published.get(path)?.hash;
    return copy?.kind === "file" && published && copy.base !== published ? copy : null;
  }

  /** Resolves a conflict: keeps the reader's version, based on what is published now. */
  keepLocal(path: string): void {
    this.#change(path, { base: this.#published.get(path)?.hash ?? null });
  }

  /** Resolves a conflict: discards the reader's version. */
  acceptUpstream(path: string): void {
    this.#change(path, { kind: "as published", bytes: EMPTY_BYTES });
  }

  /** Undeletes a published path and its folders. */
  restorePublished(path: string): void {
    const parts = path.split("/");
    for (const each of parts.map((_, at) => parts.slice(0, at + 1).join("/"))) {
      if (this.#copies.get(each)?.kind === "gone") this.acceptUpstream(each);
    }
  }

  #change(path: string, change: Partial<Copy>): void {
    const copy = this.#copies.get(path);
    if (!copy) return;
    const changed = { ...copy, ...change };
    this.apply(changed);
    this.save(changed);
  }

  #make(path: string, kind: "file" | "folder", bytes: Bytes, trusted: boolean, base?: string | null): Item {
    const before = this.#copies.get(path);
    const now = Date.now();
    const copy: Copy = {
      path,
      kind,
      bytes,
      created: before && before.kind !== "gone" ? before.created : now,
      modified: now,
      base: base !== undefined ? base : before ? before.base : (this.#published.get(path)?.hash ?? null),
      trusted,
    };
    this.apply(copy);
    this.save(copy);
    return fromCopy(copy, this.#published.get(path) ?? null);
  }

  #isFolder(path: string): boolean {
    return path === ROOT || (this.find(path)?.isFolder ?? false);
  }
}

export const sameBytes = (one: Bytes, other: Bytes): boolean => one.length === other.length && one.every((byte, at) => byte === other[at]);

export const EMPTY_BYTES: Bytes = new Uint8Array();

const fromCopy = (copy: Copy, published: Published | null): Item => ({
  path: copy.path,
  isFolder: copy.kind === "folder",
  size: copy.bytes.length,
  modified: copy.modified,
  copy,
  published,
});

const fromPublished = (published: Published): Item => ({
  path: published.path,
  isFolder: published.type === "directory",
  size: published.size ?? 0,
  modified: Date.parse(published.last_modified),
  copy: null,
  published,
});

/**
 * The files of the page's site, as its reader sees them: a copy-on-write overlay (kernels/overlay.ts) on the published files.
 *
 * - Published files are listed in `contents.json` and fetched when they are read; they never change here.
 * - Local changes are entries of the overlay: a file, a folder, or a tombstone for a deleted path, each with the hash of the
 *   published version that it is based on. They come from the page's server, from kernels, and from other tabs.
 * - Every change is stored in IndexedDB (indexeddb.ts), and passed on to all listeners but its source: each kernel has an overlay of
 *   its own, in its worker. The last change of a path wins.
 * - `flushed` settles when all changes so far are stored; a change that the browser could not store is reported by `failed`.
 * - With `?fresh=1`, and in a single-file page, the overlay starts empty and nothing is stored.
 */
import { type ISignal, Signal } from "@lumino/signaling";
import { type Bytes, type Copy, OverlayTree, type OverlayState, type Published, ROOT, sameBytes, type SharedOverlay } from "../../../kernels/overlay";
import type { OverlayFiles } from "../../server/contents";
import { Problem } from "../../server/routes";
import type { SharedNotebook } from "./share-link";
import { isFresh, notebookOf, setNotebook } from "../page";
import { type CopyStore, databaseName, emptyStore, openStore, unavailableStore } from "./indexeddb";

type Listener = (copy: Copy) => void;

export class SiteFiles implements OverlayFiles, SharedOverlay {
  readonly tree: OverlayTree;
  readonly #listeners = new Set<Listener>();
  readonly #failed = new Signal<this, string>(this);
  #stored: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly root: string,
    published: readonly Published[],
    copies: readonly Copy[],
    private readonly store: CopyStore,
  ) {
    this.tree = new OverlayTree(published, copies, (copy) => {
      this.#store(copy);
      this.#notify(copy);
    });
    store.listen((copy) => {
      this.tree.apply(copy);
      this.#notify(copy);
    });
  }

  /** Emitted with a message for the reader when the browser could not store a change. */
  get failed(): ISignal<this, string> {
    return this.#failed;
  }

  async fetch(path: string): Promise<Bytes> {
    const response = await fetchCurrent(`${this.root}files/${path.split("/").map(encodeURIComponent).join("/")}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  async flushed(): Promise<void> {
    await this.#stored;
  }

  /** Adds the notebook that came with the page, under a free name, without storing it until it is saved. Returns its path. */
  addShared({ name, bytes, trusted }: SharedNotebook): string {
    const existing = this.tree.find(name);
    if (existing?.copy && sameBytes(existing.copy.bytes, bytes)) return name;
    const path = existing ? this.tree.freePath(name, "-shared") : name;
    const now = Date.now();
    const copy: Copy = { path, kind: "file", bytes, created: now, modified: now, base: null, trusted };
    this.tree.apply(copy);
    this.#notify(copy);
    return path;
  }

  state(): OverlayState {
    return { published: this.tree.published, copies: this.tree.copies };
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  take(copy: Copy, from: Listener): void {
    this.tree.apply(copy);
    this.#store(copy);
    this.#notify(copy, from);
  }

  #notify(copy: Copy, except?: Listener): void {
    for (const listener of this.#listeners) if (listener !== except) listener(copy);
  }

  #store(copy: Copy): void {
    const storing = this.store.put(copy);
    this.#stored = Promise.all([this.#stored.catch(() => undefined), storing]);
    this.#stored.catch((error: unknown) => { this.#failed.emit(error instanceof Error ? error.message : String(error)); });
  }
}

declare global {
  interface Window {
    /** The files of the page's site, shared by all scripts of the page. */
    wasmnbFiles?: Promise<SiteFiles>;
  }
}

/** The files of the site with that root URL, or of a single-file page, with the notebook that came with the page. */
export function openFiles(root: string, singleFile: boolean): Promise<SiteFiles> {
  return (window.wasmnbFiles ??= open(root, singleFile));
}

async function open(root: string, singleFile: boolean): Promise<SiteFiles> {
  const files = singleFile ? singleFileFiles(root) : await openSite(root);
  const { wasmnbNotebook: notebook } = window;
  if (notebook) setNotebook(files.addShared(notebook));
  else files.tree.restorePublished(notebookOf()); // a reader who acts on the page's notebook wants it back, even if deleted
  return files;
}

/** With the reader's changes, except for `?fresh=1`. */
async function openSite(root: string): Promise<SiteFiles> {
  const store = isFresh() ? emptyStore() : await openStore(databaseName(root)).catch(unavailableStore);
  const [published, copies] = await Promise.all([listPublished(root), store.all()]);
  return new SiteFiles(root, published, copies, store);
}

/** A single-file page has only the notebook that it embeds. */
function singleFileFiles(root: string): SiteFiles {
  const folder: Published = { path: ROOT, type: "directory", size: null, last_modified: new Date().toISOString(), hash: null };
  return new SiteFiles(root, [folder], [], emptyStore());
}

/** All published files and folders. */
async function listPublished(root: string): Promise<Published[]> {
  const response = await fetchCurrent(`${root}contents.json`);
  // wasmnb/site/files.py writes it: the listings of all folders.
  const listings = (await response.json()) as (Published & { readonly content: readonly Published[] })[];
  return listings.flatMap((listing) => [...(listing.path === ROOT ? [listing] : []), ...listing.content]);
}

/** Revalidates with the host: the site may have been updated since the browser cached the file. */
async function fetchCurrent(url: string): Promise<Response> {
  const response = await fetch(url, { cache: "no-cache" }).catch((error: unknown) => {
    throw new Problem(502, `${url} could not be fetched (${String(error)}). Check the connection, and whether the site still exists.`);
  });
  if (!response.ok) throw new Problem(response.status, `The site answered ${response.status} to a request for ${url}. Reload the page; the site may have been updated.`);
  return response;
}

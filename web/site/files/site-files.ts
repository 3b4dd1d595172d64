/** The files of the site that this page belongs to, for the page's server and its kernels. */
import { Signal, type ISignal } from "@lumino/signaling";
import { sameBytes, type Bytes, type Copy, type OverlayState, type Published, ROOT, type SharedOverlay, OverlayTree } from "../../../kernels/overlay";
import type { OverlayFiles } from "../../server/contents";
import { Problem } from "../../server/routes";
import type { SharedNotebook } from "./share-link";
import { isFresh, notebookOf, setNotebook } from "../page";
import { openStore, databaseName, emptyStore, unavailableStore, type CopyStore } from "./indexeddb";

type Listener = (copy: Copy) => void;

export class SiteFiles implements OverlayFiles, SharedOverlay {
  readonly tree: OverlayTree;
  readonly #listeners = new Set<Listener>();
  readonly #failed = new Signal<this, string>(this);
  #kept: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly root: string,
    published: readonly Published[],
    copies: readonly Copy[],
    private readonly storage: CopyStore,
  ) {
    this.tree = new OverlayTree(published, copies, (copy) => {
      this.#keep(copy);
      this.#tell(copy);
    });
    storage.listen((copy) => {
      this.tree.apply(copy);
      this.#tell(copy);
    });
  }

  /** Emitted with a sentence when the browser could not keep a change. */
  get failed(): ISignal<this, string> {
    return this.#failed;
  }

  async fetch(path: string): Promise<Bytes> {
    const response = await fetched(`${this.root}files/${path.split("/").map(encodeURIComponent).join("/")}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  async flushed(): Promise<void> {
    await this.#kept;
  }

  /** Puts what came with the page among the files, over nothing that is there; it is kept when it is saved. Its path is told. */
  addShared({ name, bytes, trusted }: SharedNotebook): string {
    const there = this.tree.find(name);
    if (there?.copy && sameBytes(there.copy.bytes, bytes)) return name;
    const path = there ? this.tree.freePath(name, "-shared") : name;
    const now = Date.now();
    const copy: Copy = { path, kind: "file", bytes, created: now, modified: now, base: null, trusted };
    this.tree.apply(copy);
    this.#tell(copy);
    return path;
  }

  state(): OverlayState {
    return { published: this.tree.published, copies: this.tree.copies };
  }

  listen(heard: Listener): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  take(copy: Copy, from: Listener): void {
    this.tree.apply(copy);
    this.#keep(copy);
    this.#tell(copy, from);
  }

  #tell(copy: Copy, except?: Listener): void {
    for (const heard of this.#listeners) if (heard !== except) heard(copy);
  }

  #keep(copy: Copy): void {
    const keeping = this.storage.put(copy);
    this.#kept = Promise.all([this.#kept.catch(() => undefined), keeping]);
    this.#kept.catch((error: unknown) => { this.#failed.emit(error instanceof Error ? error.message : String(error)); });
  }
}

declare global {
  interface Window {
    /** The files of the site that the page belongs to, for all of its scripts. */
    wasmnbFiles?: Promise<SiteFiles>;
  }
}

/** Those of the site whose root is at that address, or of a page that comes alone, with the notebook that came with the page. */
export function openFiles(root: string, alone: boolean): Promise<SiteFiles> {
  return (window.wasmnbFiles ??= opened(root, alone));
}

async function opened(root: string, alone: boolean): Promise<SiteFiles> {
  const files = alone ? openAlone(root) : await openSite(root);
  const { wasmnbNotebook: carried } = window;
  if (carried) setNotebook(files.addShared(carried));
  else files.tree.restorePublished(notebookOf()); // who does something with what a page shows wants it
  return files;
}

/** With what the reader has changed, unless the page is asked for `?fresh=1`. */
async function openSite(root: string): Promise<SiteFiles> {
  const storage = isFresh() ? emptyStore() : await openStore(databaseName(root)).catch(unavailableStore);
  const [published, copies] = await Promise.all([listed(root), storage.all()]);
  return new SiteFiles(root, published, copies, storage);
}

/** A page that comes alone, and has no files but what it carries. */
function openAlone(root: string): SiteFiles {
  const folder: Published = { path: ROOT, type: "directory", size: null, last_modified: new Date().toISOString(), hash: null };
  return new SiteFiles(root, [folder], [], emptyStore());
}

/** Every file and folder of the site. */
async function listed(root: string): Promise<Published[]> {
  const response = await fetched(`${root}contents.json`);
  // wasmnb/site/files.py writes it: the listings of all folders.
  const listings = (await response.json()) as (Published & { readonly content: readonly Published[] })[];
  return listings.flatMap((listing) => [...(listing.path === ROOT ? [listing] : []), ...listing.content]);
}

/** What is there now: a site may have been published anew since the browser last looked. */
async function fetched(url: string): Promise<Response> {
  const response = await fetch(url, { cache: "no-cache" }).catch((error: unknown) => {
    throw new Problem(502, `${url} could not be fetched (${String(error)}); is the site still there?`);
  });
  if (!response.ok) throw new Problem(response.status, `${url} was wanted from the site; it answered ${response.status}.`);
  return response;
}

/** A backend over a site's files: the reader's changes are sent to the page, which stores them. */
import { type Bytes, type Copy, type Item, type OverlayState, OverlayTree } from "../../overlay";
import { type Entry, type FileBackend, BackendError } from "./backend";
import { nameOf } from "../../paths";
import { syncRequest } from "../assets/sync-request";

export class SiteBackend implements FileBackend {
  readonly #tree: OverlayTree;

  constructor(
    private readonly root: string,
    { published, copies }: OverlayState,
    keep: (copy: Copy) => void,
  ) {
    this.#tree = new OverlayTree(published, copies, keep);
  }

  stat(path: string): Entry {
    return entry(this.#find(path));
  }

  list(path: string): readonly Entry[] {
    return this.#tree.list(this.#find(path).path).map(entry);
  }

  read(path: string): Bytes {
    return this.#find(path).copy?.bytes ?? this.#fetch(path);
  }

  write(path: string, bytes: Bytes): Entry {
    // The array changes with the open file.
    return entry(this.#tree.write(path, bytes.slice()));
  }

  makeFolder(path: string): Entry {
    return entry(this.#tree.makeFolder(path));
  }

  rename(path: string, to: string): void {
    this.#find(path);
    this.#tree.rename(path, to, (path) => this.#fetch(path));
  }

  remove(path: string): void {
    this.#find(path);
    this.#tree.remove(path);
  }

  /** Applies a change that was made outside of this kernel. */
  apply(copy: Copy): void {
    this.#tree.apply(copy);
  }

  #find(path: string): Item {
    const item = this.#tree.find(path);
    if (!item) throw new BackendError("ENOENT");
    return item;
  }

  #fetch(path: string): Bytes {
    const address = `${this.root}files/${path.split("/").map(encodeURIComponent).join("/")}`;
    const { status, bytes } = fetchSync(address);
    if (status !== 200) throw new BackendError(status === 404 ? "ENOENT" : "EIO");
    return new Uint8Array(bytes);
  }
}

function fetchSync(address: string): ReturnType<typeof syncRequest> {
  try {
    return syncRequest("GET", address);
  } catch {
    throw new BackendError("EIO"); // the host cannot be reached
  }
}

const entry = ({ path, isFolder, size, modified }: Item): Entry => ({ name: nameOf(path), isFolder, size, modified, writable: true });

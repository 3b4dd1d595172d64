/** The files of a site as Python's folder: the reader's changes are told to the page, which keeps them. */
import { type Bytes, type Copy, type Item, type OverlayState, Tree } from "../../overlay";
import { type Entry, type Folder, Refused } from "./backend";
import { nameOf } from "../../paths";
import { request } from "../assets/sync-request";

export class SiteFolder implements Folder {
  readonly #tree: Tree;

  constructor(
    private readonly root: string,
    { published, copies }: OverlayState,
    keep: (copy: Copy) => void,
  ) {
    this.#tree = new Tree(published, copies, keep);
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
    // The array goes on changing with the file, which is open.
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

  /** Something was changed outside of this kernel. */
  take(copy: Copy): void {
    this.#tree.take(copy);
  }

  #find(path: string): Item {
    const item = this.#tree.find(path);
    if (!item) throw new Refused("ENOENT");
    return item;
  }

  #fetch(path: string): Bytes {
    const address = `${this.root}files/${path.split("/").map(encodeURIComponent).join("/")}`;
    const { status, bytes } = fetched(address);
    if (status !== 200) throw new Refused(status === 404 ? "ENOENT" : "EIO");
    return new Uint8Array(bytes);
  }
}

function fetched(address: string): ReturnType<typeof request> {
  try {
    return request("GET", address);
  } catch {
    throw new Refused("EIO"); // the host is out of reach
  }
}

const entry = ({ path, isFolder, size, modified }: Item): Entry => ({ name: nameOf(path), isFolder, size, modified, writable: true });

/** Python's library in its file system: laid down from archives; sources arrive when the first of them is opened. */
import { unpack } from "./archive";
import { ERRNO, FILE, type FileSystem, FOLDER, type Node } from "./emscripten";

/** Where build/kernel.py means the archives to be laid down. */
export const HOME = "/lib/python3.14";

type Bytes = Uint8Array<ArrayBuffer>;

export class Library {
  readonly #folders: Map<string, Node>;
  readonly #later = new Map<Node, Pick<Node, "node_ops" | "stream_ops"> & { readonly path: string }>();

  /** `sources` fetches the archive of what is laid down as names only; Python waits for it. */
  constructor(
    private readonly FS: FileSystem,
    private readonly sources: () => Bytes,
  ) {
    FS.mkdirTree(HOME);
    this.#folders = new Map([["", FS.lookupPath(HOME).node]]);
  }

  /** Lays an archive's files down; those that it lists in later.json are there by name and size. */
  lay(archive: Bytes): void {
    for (const [path, bytes] of unpack(archive)) {
      if (path === "later.json") this.#expect(JSON.parse(new TextDecoder().decode(bytes)) as Record<string, number>);
      else fill(this.#file(path), bytes);
    }
  }

  #expect(sizes: Readonly<Record<string, number>>): void {
    for (const [path, size] of Object.entries(sizes)) {
      const node = this.#file(path);
      const { node_ops, stream_ops } = node;
      node.usedBytes = size;
      node.mtime = DATE;
      node.stream_ops = { ...stream_ops, open: () => { this.#arrive(); } };
      node.node_ops = { ...node_ops, setattr: (_, attributes) => { this.#arrive(); node_ops.setattr?.(node, attributes); } };
      this.#later.set(node, { path, node_ops, stream_ops });
    }
  }

  #arrive(): void {
    const files = new Map(unpack(this.#fetched()));
    for (const [node, { path, ...ops }] of this.#later) {
      fill(Object.assign(node, ops), files.get(path) ?? new Uint8Array());
    }
    this.#later.clear();
  }

  #fetched(): Bytes {
    try {
      return this.sources();
    } catch {
      throw new this.FS.ErrnoError(ERRNO.EIO); // Python's tracebacks do without the line then
    }
  }

  // Nodes are made by hand: FS.createDataFile takes ten times as long, which is 0.1 s for the library.
  #file(path: string): Node {
    const [folder, name] = split(path);
    return this.FS.filesystems.MEMFS.createNode(this.#folder(folder), name, FILE | 0o644, 0);
  }

  #folder(path: string): Node {
    const known = this.#folders.get(path);
    if (known) return known;
    const [parent, name] = split(path);
    const node = this.FS.filesystems.MEMFS.createNode(this.#folder(parent), name, FOLDER | 0o755, 0);
    this.#folders.set(path, node);
    return node;
  }
}

/** The date that build/archive.py gives to every file; byte code is valid for sources of this date. */
const DATE = Date.UTC(1980, 0, 1);

function fill(node: Node, bytes: Bytes): void {
  node.contents = bytes;
  node.usedBytes = bytes.length;
  node.mtime = DATE;
}

function split(path: string): [folder: string, name: string] {
  const slash = path.lastIndexOf("/");
  return [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
}

/** Python's standard library in MEMFS, unpacked from archives; source files are fetched when they are opened. */
import { unpack } from "./zip";
import { folderOf, nameOf } from "../../paths";
import { ERRNO, FILE, type FileSystem, FOLDER, type Node } from "./emscripten";

/** The folder of Python's library, for the version that a lock file names. */
export function stdlibFolder(lock: string): string {
  // https://pyodide.github.io/pyodide-lock/
  const { info } = JSON.parse(lock) as { readonly info: { readonly python: string } };
  return `/lib/python${info.python.split(".").slice(0, 2).join(".")}`;
}

/** Pyodide makes this folder at its start. */
const SITE = "site-packages";

type Bytes = Uint8Array<ArrayBuffer>;

/** The position of a file in the archive of sources. */
type FileRange = readonly [start: number, size: number];

/** Reads parts of a file, such as the archive of sources. */
export interface ByteSource {
  read(start: number, size: number): Bytes;
}

export class StdlibFiles {
  readonly #folders: Map<string, Node>;

  constructor(
    private readonly FS: FileSystem,
    home: string,
    private readonly sources: ByteSource,
  ) {
    FS.mkdirTree(`${home}/${SITE}`);
    this.#folders = new Map([
      ["", FS.lookupPath(home).node],
      [SITE, FS.lookupPath(`${home}/${SITE}`).node],
    ]);
  }

  /** Calls back before the first lookup in the library, which is empty until then. */
  onFirstUse(load: () => void): void {
    const folders = [...this.#folders.values()];
    const own = folders.map(({ node_ops }) => node_ops);
    const come = (): void => {
      folders.forEach((folder, number) => { folder.node_ops = own[number] ?? folder.node_ops; });
      load();
    };
    for (const folder of folders) {
      folder.node_ops = {
        ...folder.node_ops,
        lookup: (parent, name) => { come(); return this.FS.lookupNode(parent, name); },
        readdir: (node) => { come(); return node.node_ops.readdir?.(node) ?? []; },
      };
    }
  }

  /** Unpacks an archive, and adds the names of the files in its on-demand.json, which are in sources.zip. */
  unpack(archive: Bytes): void {
    for (const [path, bytes] of unpack(archive)) {
      // wasmnb/site/packages/archive.py writes it so.
      if (path === "on-demand.json") this.#addLazyFiles(JSON.parse(new TextDecoder().decode(bytes)) as Record<string, FileRange>);
      else fill(this.#file(path), bytes);
    }
  }

  #addLazyFiles(parts: Readonly<Record<string, FileRange>>): void {
    for (const [path, [start, size]] of Object.entries(parts)) this.addLazyFile(path, size, () => this.sources.read(start, size));
  }

  /** Adds a file that is fetched when it is opened. */
  addLazyFile(path: string, size: number, fetch: () => Bytes): void {
    const node = this.#file(path);
    const { node_ops, stream_ops } = node;
    const arrive = (): void => { fill(Object.assign(node, { node_ops, stream_ops }), this.#fetch(fetch)); };
    node.usedBytes = size;
    Object.assign(node, DATES);
    node.stream_ops = { ...stream_ops, open: arrive };
    node.node_ops = { ...node_ops, setattr: (_, attributes) => { arrive(); node_ops.setattr?.(node, attributes); } };
  }

  #fetch(fetch: () => Bytes): Bytes {
    try {
      return fetch();
    } catch {
      throw new this.FS.ErrnoError(ERRNO.EIO); // tracebacks leave the line out
    }
  }

  // FS.createDataFile takes ten times as long, which is 0.1 s for the library.
  #file(path: string): Node {
    return this.FS.filesystems.MEMFS.createNode(this.#folder(folderOf(path)), nameOf(path), FILE | 0o644, 0);
  }

  #folder(path: string): Node {
    const known = this.#folders.get(path);
    if (known) return known;
    const node = this.FS.filesystems.MEMFS.createNode(this.#folder(folderOf(path)), nameOf(path), FOLDER | 0o755, 0);
    this.#folders.set(path, node);
    return node;
  }
}

/** The date that wasmnb/site/packages/archive.py gives to every file; byte code is valid for sources of this date. Older Emscriptens call it `timestamp`. */
const DATE = Date.UTC(1980, 0, 1);
const DATES = { mtime: DATE, timestamp: DATE };

function fill(node: Node, bytes: Bytes): void {
  node.contents = bytes;
  node.usedBytes = bytes.length;
  Object.assign(node, DATES);
}

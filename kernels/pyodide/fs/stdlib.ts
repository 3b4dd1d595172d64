/** Python's library in its file system, laid down from archives; a source file arrives when it is opened. */
import { unpack } from "./zip";
import { folderOf, nameOf } from "../../paths";
import type { RangeReader } from "../assets/sync-request";
import { ERRNO, FILE, type FileSystem, FOLDER, type Node } from "./emscripten";

/** Where Python looks for its library, which is where the archives are laid down; a lock file says which Python it is for. */
export function stdlibFolder(lock: string): string {
  // Every lock file says so: https://pyodide.github.io/pyodide-lock/
  const { info } = JSON.parse(lock) as { readonly info: { readonly python: string } };
  return `/lib/python${info.python.split(".").slice(0, 2).join(".")}`;
}

/** In it: the folder that Pyodide makes at its start. */
const SITE = "site-packages";

type Bytes = Uint8Array<ArrayBuffer>;

/** Where a file lies in the archive of sources. */
type FileRange = readonly [start: number, size: number];

export class StdlibFiles {
  readonly #folders: Map<string, Node>;

  constructor(
    private readonly FS: FileSystem,
    home: string,
    private readonly sources: RangeReader,
  ) {
    FS.mkdirTree(`${home}/${SITE}`);
    this.#folders = new Map([
      ["", FS.lookupPath(home).node],
      [SITE, FS.lookupPath(`${home}/${SITE}`).node],
    ]);
  }

  /** Has something done before the first look for what is in the library; until then nothing is there. */
  onFirstUse(arrive: () => void): void {
    const folders = [...this.#folders.values()];
    const own = folders.map(({ node_ops }) => node_ops);
    const come = (): void => {
      folders.forEach((folder, number) => { folder.node_ops = own[number] ?? folder.node_ops; });
      arrive();
    };
    for (const folder of folders) {
      folder.node_ops = {
        ...folder.node_ops,
        lookup: (parent, name) => { come(); return this.FS.lookupNode(parent, name); },
        readdir: (node) => { come(); return node.node_ops.readdir?.(node) ?? []; },
      };
    }
  }

  /** Lays an archive's files down, and names for those that its on-demand.json finds among the sources. */
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

  /** Lays down the name of a file that is fetched when it is opened. */
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
      throw new this.FS.ErrnoError(ERRNO.EIO); // tracebacks do without the line then
    }
  }

  // Nodes are made by hand: FS.createDataFile takes ten times as long, which is 0.1 s for the library.
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

/** The date that wasmnb/site/packages/archive.py gives to every file; byte code is valid for sources of this date. Older Emscriptens keep one, by another name. */
const DATE = Date.UTC(1980, 0, 1);
const DATES = { mtime: DATE, timestamp: DATE };

function fill(node: Node, bytes: Bytes): void {
  node.contents = bytes;
  node.usedBytes = bytes.length;
  Object.assign(node, DATES);
}

/** A folder that outlives the kernel, as a file system in which Python opens, lists and writes files. */
import { ERRNO, FILE, type FileSystem, FOLDER, type Node, type NodeOps, type Stream, type StreamOps } from "./emscripten";
import { type Entry, type Folder, Refused } from "./backend";
import { folderOf, isIn, join } from "../../paths";

/** Shows a folder at a path of Python's file system; `tell` is told, as a sentence, what could not be saved. */
export function mountFolder(FS: FileSystem, path: string, folder: Folder, tell: (sentence: string) => void): void {
  FS.mkdirTree(path);
  const drive = new Drive(FS, folder, tell);
  FS.mount({ mount: () => drive.root }, {}, path);
}

/** What stands at a path. Such nodes are made anew at each look, as others change the folder too. */
interface Place extends Node {
  path: string;
  entry: Entry;
}

/** A file that is open or not saved yet: Emscripten's MEMFS reads and writes its contents. */
interface Held extends Place {
  contents: Uint8Array<ArrayBuffer>;
  usedBytes: number;
  opened: number;
  changed: boolean;
  /** Whether the folder has no such file yet. */
  fresh: boolean;
}

/** What is known of the folder itself before it is asked. */
const ROOT: Entry = { name: "", isFolder: true, size: 0, modified: 0, writable: true };

class Drive {
  readonly #held = new Map<string, Held>();
  readonly #numbers = new Map<string, number>();
  #saving: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly FS: FileSystem,
    private readonly folder: Folder,
    private readonly tell: (sentence: string) => void,
  ) {}

  get root(): Node {
    return this.#place(null, "/", "", ROOT);
  }

  // Emscripten calls these with nodes that #place made.
  readonly #nodes: NodeOps = {
    getattr: (node) => this.#attributes(node as Place),
    setattr: (node, { size }) => { if (size !== undefined) this.#resize(node as Place, size); },
    lookup: (parent, name) => this.#lookup(parent as Place, name),
    mknod: (parent, name, mode) => this.#make(parent as Place, name, (mode & FOLDER) !== 0),
    rename: (node, parent, name) => { this.#rename(node as Place, join((parent as Place).path, name)); },
    unlink: (parent, name) => { this.#unlink(join((parent as Place).path, name)); },
    rmdir: (parent, name) => { this.#removeFolder(join((parent as Place).path, name)); },
    readdir: (node) => [".", "..", ...this.#names((node as Place).path)],
  };

  get #streams(): StreamOps {
    const memory = this.FS.filesystems.MEMFS.stream_ops;
    return {
      ...memory,
      open: ({ node }) => { this.#hold(node as Place).opened++; },
      dup: ({ node }) => { (node as Held).opened++; },
      close: ({ node }) => { this.#close(node as Held); },
      fsync: ({ node }) => { this.#save(node as Held); },
      write: (stream, ...how) => this.#changing(stream, () => memory.write(stream, ...how)),
      msync: (stream, ...how) => this.#changing(stream, () => memory.msync(stream, ...how)),
    };
  }

  #place(parent: Node | null, name: string, path: string, entry: Entry): Place {
    const { isFolder } = entry;
    const node = new this.FS.FSNode(parent, name, isFolder ? FOLDER | 0o755 : FILE | 0o644, 0);
    const stream_ops = isFolder ? { llseek: this.#streams.llseek } : this.#streams;
    return Object.assign(node, { path, entry, mtime: entry.modified, node_ops: this.#nodes, stream_ops });
  }

  #lookup(parent: Place, name: string): Place {
    const path = join(parent.path, name);
    return this.#held.get(path) ?? this.#place(parent, name, path, this.#ask(() => this.folder.stat(path)));
  }

  #attributes(node: Place): ReturnType<NodeOps["getattr"]> {
    if (node.path === "") this.#update(node);
    const size = this.#held.get(node.path)?.usedBytes ?? node.entry.size;
    const time = new Date(node.mtime);
    const mode = node.entry.writable ? node.mode : node.mode & ~0o222;
    const about = { dev: 1, ino: this.#number(node.path), nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: 4096 };
    return { ...about, mode, size, blocks: Math.ceil(size / 512), atime: time, mtime: time, ctime: time };
  }

  /** The root is the one node that Emscripten keeps. */
  #update(root: Place): void {
    root.entry = this.#ask(() => this.folder.stat(""));
    root.mtime = root.entry.modified;
  }

  /** Two looks at one file must find one number: Python tells by it whether files are the same. */
  #number(path: string): number {
    const number = this.#numbers.get(path) ?? this.#numbers.size + 1;
    this.#numbers.set(path, number);
    return number;
  }

  #names(path: string): Set<string> {
    const listed = this.#ask(() => this.folder.list(path)).map(({ name }) => name);
    const fresh = [...this.#held.values()].filter((file) => file.fresh && folderOf(file.path) === path);
    return new Set([...listed, ...fresh.map(({ name }) => name)]);
  }

  #make(parent: Place, name: string, isFolder: boolean): Place {
    const path = join(parent.path, name);
    if (isFolder) return this.#place(parent, name, path, this.#ask(() => this.folder.makeFolder(path)));
    if (!parent.entry.writable) throw new this.FS.ErrnoError(ERRNO.EACCES);
    const entry = { name, isFolder, size: 0, modified: Date.now(), writable: true };
    const file = this.#keep(this.#place(parent, name, path, entry), new Uint8Array(), true);
    this.#change(file);
    return file;
  }

  #hold(node: Place): Held {
    return this.#held.get(node.path) ?? this.#keep(node, this.#ask(() => this.folder.read(node.path)), false);
  }

  #keep(node: Place, contents: Uint8Array<ArrayBuffer>, fresh: boolean): Held {
    const file = Object.assign(node, { contents, usedBytes: contents.length, opened: 0, changed: false, fresh });
    this.#held.set(node.path, file);
    return file;
  }

  #resize(node: Place, size: number): void {
    const file = size === 0 ? (this.#held.get(node.path) ?? this.#keep(node, new Uint8Array(), false)) : this.#hold(node);
    this.FS.filesystems.MEMFS.resizeFileStorage(file, size);
    this.#change(file);
  }

  #changing({ node }: Stream, change: () => number): number {
    const count = change();
    this.#change(node as Held);
    return count;
  }

  /** Files that stay open are saved as soon as Python lets others work. */
  #change(file: Held): void {
    file.changed = true;
    this.#saving ??= setTimeout(() => { this.#saveAll(); });
  }

  #saveAll(): void {
    this.#saving = undefined;
    for (const file of this.#held.values()) {
      try {
        this.#save(file);
      } catch {
        this.tell(`${file.path} could not be saved; closing it will say why.`);
      }
      this.#release(file);
    }
  }

  #save(file: Held): void {
    if (!file.changed || this.#held.get(file.path) !== file) return; // nothing to do, or deleted while open
    file.entry = this.#ask(() => this.folder.write(file.path, file.contents.subarray(0, file.usedBytes)));
    file.changed = file.fresh = false;
  }

  #close(file: Held): void {
    file.opened--;
    try {
      this.#save(file);
    } catch (error) {
      file.changed = false;
      throw error;
    } finally {
      this.#release(file);
    }
  }

  #release(file: Held): void {
    if (file.opened === 0 && !file.changed && this.#held.get(file.path) === file) this.#held.delete(file.path);
  }

  #unlink(path: string): void {
    const file = this.#held.get(path);
    if (!file?.fresh) this.#ask(() => { this.folder.remove(path); });
    this.#held.delete(path);
  }

  #removeFolder(path: string): void {
    if (this.#names(path).size > 0) throw new this.FS.ErrnoError(ERRNO.ENOTEMPTY);
    this.#ask(() => { this.folder.remove(path); });
  }

  #rename(node: Place, to: string): void {
    const from = node.path;
    for (const file of this.#held.values()) if (isIn(from, file.path)) this.#save(file);
    if (!this.#exists(to)) this.#ask(() => { this.folder.rename(from, to); });
    else if (node.entry.isFolder) this.#replaceFolder(from, to);
    else this.#replaceFile(from, to);
    for (const file of [...this.#held.values()].filter(({ path }) => isIn(from, path))) {
      this.#held.delete(file.path);
      file.path = to + file.path.slice(from.length);
      this.#held.set(file.path, file);
    }
    // Emscripten now enters the node into its table of names, where ours would never be looked at again.
    node.name = "";
  }

  #replaceFolder(from: string, to: string): void {
    this.#removeFolder(to);
    this.#ask(() => { this.folder.rename(from, to); });
  }

  #replaceFile(from: string, to: string): void {
    this.#held.delete(to);
    this.#ask(() => {
      this.folder.write(to, this.folder.read(from));
      this.folder.remove(from);
    });
  }

  #exists(path: string): boolean {
    try {
      return this.#held.has(path) || Boolean(this.folder.stat(path));
    } catch (error) {
      if (error instanceof Refused && error.reason === "ENOENT") return false;
      throw error;
    }
  }

  /** Asks the folder; a refusal becomes the error that Python knows. */
  #ask<T>(question: () => T): T {
    try {
      return question();
    } catch (error) {
      throw error instanceof Refused ? new this.FS.ErrnoError(ERRNO[error.reason]) : error;
    }
  }
}

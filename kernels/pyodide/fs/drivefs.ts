/** An Emscripten file system over a backend: Python opens, lists and writes files that outlive the kernel. */
import { ERRNO, FILE, type FileSystem, FOLDER, type Node, type NodeOps, type Stream, type StreamOps } from "./emscripten";
import { type Entry, type FileBackend, BackendError } from "./backend";
import { folderOf, isIn, join } from "../../paths";

/** Mounts a backend at a path of Python's file system; `report` gets a sentence for a file that could not be saved. */
export function mountBackend(FS: FileSystem, path: string, folder: FileBackend, tell: (sentence: string) => void): void {
  FS.mkdirTree(path);
  const drive = new Drive(FS, folder, tell);
  FS.mount({ mount: () => drive.root }, {}, path);
}

/** A node of a path. Nodes are made anew at each lookup, as others change the folder too. */
interface DriveNode extends Node {
  path: string;
  entry: Entry;
}

/** A file that is open or unsaved; MEMFS reads and writes its contents in memory. */
interface OpenFile extends DriveNode {
  contents: Uint8Array<ArrayBuffer>;
  usedBytes: number;
  opened: number;
  changed: boolean;
  /** Whether the backend does not have the file yet. */
  isNew: boolean;
}

/** The entry of the root before the backend is asked. */
const ROOT: Entry = { name: "", isFolder: true, size: 0, modified: 0, writable: true };

class Drive {
  readonly #openFiles = new Map<string, OpenFile>();
  readonly #numbers = new Map<string, number>();
  #saving: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly FS: FileSystem,
    private readonly backend: FileBackend,
    private readonly report: (sentence: string) => void,
  ) {}

  get root(): Node {
    return this.#newNode(null, "/", "", ROOT);
  }

  // Emscripten passes nodes that #newNode made.
  readonly #nodes: NodeOps = {
    getattr: (node) => this.#attributes(node as DriveNode),
    setattr: (node, { size }) => { if (size !== undefined) this.#resize(node as DriveNode, size); },
    lookup: (parent, name) => this.#lookup(parent as DriveNode, name),
    mknod: (parent, name, mode) => this.#create(parent as DriveNode, name, (mode & FOLDER) !== 0),
    rename: (node, parent, name) => { this.#rename(node as DriveNode, join((parent as DriveNode).path, name)); },
    unlink: (parent, name) => { this.#unlink(join((parent as DriveNode).path, name)); },
    rmdir: (parent, name) => { this.#removeFolder(join((parent as DriveNode).path, name)); },
    readdir: (node) => [".", "..", ...this.#names((node as DriveNode).path)],
  };

  get #streams(): StreamOps {
    const memory = this.FS.filesystems.MEMFS.stream_ops;
    return {
      ...memory,
      open: ({ node }) => { this.#open(node as DriveNode).opened++; },
      dup: ({ node }) => { (node as OpenFile).opened++; },
      close: ({ node }) => { this.#close(node as OpenFile); },
      fsync: ({ node }) => { this.#save(node as OpenFile); },
      write: (stream, ...how) => this.#changedBy(stream, () => memory.write(stream, ...how)),
      msync: (stream, ...how) => this.#changedBy(stream, () => memory.msync(stream, ...how)),
    };
  }

  #newNode(parent: Node | null, name: string, path: string, entry: Entry): DriveNode {
    const { isFolder } = entry;
    const node = new this.FS.FSNode(parent, name, isFolder ? FOLDER | 0o755 : FILE | 0o644, 0);
    const stream_ops = isFolder ? { llseek: this.#streams.llseek } : this.#streams;
    return Object.assign(node, { path, entry, mtime: entry.modified, node_ops: this.#nodes, stream_ops });
  }

  #lookup(parent: DriveNode, name: string): DriveNode {
    const path = join(parent.path, name);
    return this.#openFiles.get(path) ?? this.#newNode(parent, name, path, this.#ask(() => this.backend.stat(path)));
  }

  #attributes(node: DriveNode): ReturnType<NodeOps["getattr"]> {
    if (node.path === "") this.#update(node);
    const size = this.#openFiles.get(node.path)?.usedBytes ?? node.entry.size;
    const time = new Date(node.mtime);
    const mode = node.entry.writable ? node.mode : node.mode & ~0o222;
    const about = { dev: 1, ino: this.#number(node.path), nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: 4096 };
    return { ...about, mode, size, blocks: Math.ceil(size / 512), atime: time, mtime: time, ctime: time };
  }

  /** The root is the only node that Emscripten keeps. */
  #update(root: DriveNode): void {
    root.entry = this.#ask(() => this.backend.stat(""));
    root.mtime = root.entry.modified;
  }

  /** A file keeps its inode number over lookups, by which Python compares files. */
  #number(path: string): number {
    const number = this.#numbers.get(path) ?? this.#numbers.size + 1;
    this.#numbers.set(path, number);
    return number;
  }

  #names(path: string): Set<string> {
    const listed = this.#ask(() => this.backend.list(path)).map(({ name }) => name);
    const unsaved = [...this.#openFiles.values()].filter((file) => file.isNew && folderOf(file.path) === path);
    return new Set([...listed, ...unsaved.map(({ name }) => name)]);
  }

  #create(parent: DriveNode, name: string, isFolder: boolean): DriveNode {
    const path = join(parent.path, name);
    if (isFolder) return this.#newNode(parent, name, path, this.#ask(() => this.backend.makeFolder(path)));
    if (!parent.entry.writable) throw new this.FS.ErrnoError(ERRNO.EACCES);
    const entry = { name, isFolder, size: 0, modified: Date.now(), writable: true };
    const file = this.#track(this.#newNode(parent, name, path, entry), new Uint8Array(), true);
    this.#markChanged(file);
    return file;
  }

  #open(node: DriveNode): OpenFile {
    return this.#openFiles.get(node.path) ?? this.#track(node, this.#ask(() => this.backend.read(node.path)), false);
  }

  #track(node: DriveNode, contents: Uint8Array<ArrayBuffer>, isNew: boolean): OpenFile {
    const file = Object.assign(node, { contents, usedBytes: contents.length, opened: 0, changed: false, isNew });
    this.#openFiles.set(node.path, file);
    return file;
  }

  #resize(node: DriveNode, size: number): void {
    const file = size === 0 ? (this.#openFiles.get(node.path) ?? this.#track(node, new Uint8Array(), false)) : this.#open(node);
    this.FS.filesystems.MEMFS.resizeFileStorage(file, size);
    this.#markChanged(file);
  }

  #changedBy({ node }: Stream, change: () => number): number {
    const count = change();
    this.#markChanged(node as OpenFile);
    return count;
  }

  /** Files that stay open are saved when Python returns to the event loop. */
  #markChanged(file: OpenFile): void {
    file.changed = true;
    this.#saving ??= setTimeout(() => { this.#saveAll(); });
  }

  #saveAll(): void {
    this.#saving = undefined;
    for (const file of this.#openFiles.values()) {
      try {
        this.#save(file);
      } catch {
        this.report(`${file.path} could not be saved. Close the file in Python to see the error.`);
      }
      this.#release(file);
    }
  }

  #save(file: OpenFile): void {
    if (!file.changed || this.#openFiles.get(file.path) !== file) return; // unchanged, or deleted while open
    file.entry = this.#ask(() => this.backend.write(file.path, file.contents.subarray(0, file.usedBytes)));
    file.changed = file.isNew = false;
  }

  #close(file: OpenFile): void {
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

  #release(file: OpenFile): void {
    if (file.opened === 0 && !file.changed && this.#openFiles.get(file.path) === file) this.#openFiles.delete(file.path);
  }

  #unlink(path: string): void {
    const file = this.#openFiles.get(path);
    if (!file?.isNew) this.#ask(() => { this.backend.remove(path); });
    this.#openFiles.delete(path);
  }

  #removeFolder(path: string): void {
    if (this.#names(path).size > 0) throw new this.FS.ErrnoError(ERRNO.ENOTEMPTY);
    this.#ask(() => { this.backend.remove(path); });
  }

  #rename(node: DriveNode, to: string): void {
    const from = node.path;
    for (const file of this.#openFiles.values()) if (isIn(from, file.path)) this.#save(file);
    if (!this.#exists(to)) this.#ask(() => { this.backend.rename(from, to); });
    else if (node.entry.isFolder) this.#replaceFolder(from, to);
    else this.#replaceFile(from, to);
    for (const file of [...this.#openFiles.values()].filter(({ path }) => isIn(from, path))) {
      this.#openFiles.delete(file.path);
      file.path = to + file.path.slice(from.length);
      this.#openFiles.set(file.path, file);
    }
    // Emscripten now adds the node to its name table, where it would never be looked up again.
    node.name = "";
  }

  #replaceFolder(from: string, to: string): void {
    this.#removeFolder(to);
    this.#ask(() => { this.backend.rename(from, to); });
  }

  #replaceFile(from: string, to: string): void {
    this.#openFiles.delete(to);
    this.#ask(() => {
      this.backend.write(to, this.backend.read(from));
      this.backend.remove(from);
    });
  }

  #exists(path: string): boolean {
    try {
      return this.#openFiles.has(path) || Boolean(this.backend.stat(path));
    } catch (error) {
      if (error instanceof BackendError && error.reason === "ENOENT") return false;
      throw error;
    }
  }

  /** Calls the backend; a BackendError becomes an OSError in Python. */
  #ask<T>(question: () => T): T {
    try {
      return question();
    } catch (error) {
      throw error instanceof BackendError ? new this.FS.ErrnoError(ERRNO[error.reason]) : error;
    }
  }
}

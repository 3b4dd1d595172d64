/** Types of Emscripten's file system that its own declarations lack. */

/** A file or folder. In a MEMFS node, `contents` holds the first `usedBytes` bytes of a file. */
export interface Node {
  readonly id: number;
  name: string;
  readonly parent: Node;
  readonly mode: number;
  node_ops: Partial<NodeOps>;
  stream_ops: Partial<StreamOps>;
  contents?: Uint8Array;
  usedBytes?: number;
  mtime: number;
}

export interface Stream {
  readonly node: Node;
  readonly flags: number;
}

export interface Attributes {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly atime: Date;
  readonly mtime: Date;
  readonly ctime: Date;
  readonly blksize: number;
  readonly blocks: number;
}

export interface NodeOps {
  readonly getattr: (node: Node) => Attributes;
  readonly setattr: (node: Node, attributes: { readonly size?: number }) => void;
  readonly lookup: (parent: Node, name: string) => Node;
  readonly mknod: (parent: Node, name: string, mode: number, device: number) => Node;
  readonly rename: (node: Node, folder: Node, name: string) => void;
  readonly unlink: (folder: Node, name: string) => void;
  readonly rmdir: (folder: Node, name: string) => void;
  readonly readdir: (folder: Node) => string[];
}

export interface StreamOps {
  readonly open: (stream: Stream) => void;
  readonly dup: (stream: Stream) => void;
  readonly close: (stream: Stream) => void;
  readonly fsync: (stream: Stream) => void;
  readonly read: (stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number) => number;
  readonly write: (stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number, canOwn?: boolean) => number;
  readonly llseek: (stream: Stream, offset: number, whence: number) => number;
  readonly mmap: (stream: Stream, length: number, position: number, protection: number, flags: number) => unknown;
  readonly msync: (stream: Stream, buffer: Uint8Array, offset: number, length: number, flags: number) => number;
}

/** A kind of file system. */
export interface FileSystemType {
  mount(mount: unknown): Node;
}

export interface Memory extends FileSystemType {
  createNode(parent: Node, name: string, mode: number, device: number): Node;
  expandFileStorage(node: Node, capacity: number): void;
  resizeFileStorage(node: Node, size: number): void;
  readonly stream_ops: StreamOps;
}

export interface FileSystem {
  readonly FSNode: new (parent: Node | null, name: string, mode: number, device: number) => Node;
  readonly ErrnoError: new (errno: number) => Error;
  readonly filesystems: { readonly MEMFS: Memory };
  lookupPath(path: string): { readonly node: Node };
  /** An existing node. */
  lookupNode(parent: Node, name: string): Node;
  mkdirTree(path: string): void;
  mount(type: FileSystemType, options: object, path: string): unknown;
  chdir(path: string): void;
}

export const FOLDER = 0o040000;
export const FILE = 0o100000;

/** Error numbers of WASI, which Python maps to its exceptions. https://wasix.org/docs/api-reference/wasi/errno */
export const ERRNO = {
  EACCES: 2,
  EBUSY: 10,
  EEXIST: 20,
  EFBIG: 22,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ENAMETOOLONG: 37,
  ENOENT: 44,
  ENOSPC: 51,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
} as const;

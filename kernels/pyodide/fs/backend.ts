/** The interface of a folder that outlives the kernel, for Python's file system; "" is the path of the folder itself. */

/** All methods are synchronous, as Python waits for them, and throw `BackendError`. */
export interface FileBackend {
  stat(path: string): Entry;
  list(path: string): readonly Entry[];
  read(path: string): Uint8Array<ArrayBuffer>;
  /** Saves a whole file. */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Entry;
  makeFolder(path: string): Entry;
  /** Moves a file or folder to a free path. */
  rename(path: string, to: string): void;
  /** Removes a file, or an empty folder. */
  remove(path: string): void;
}

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  /** In milliseconds since 1970. */
  readonly modified: number;
  readonly writable: boolean;
}

/** The names of errors, as in POSIX. */
export type ErrorName = "EACCES" | "EEXIST" | "EFBIG" | "EINVAL" | "EIO" | "ENAMETOOLONG" | "ENOENT" | "ENOSPC";

export class BackendError extends Error {
  constructor(readonly reason: ErrorName) {
    super(reason);
  }
}

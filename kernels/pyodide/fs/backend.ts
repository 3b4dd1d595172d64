/** A folder that outlives the kernel, as Python's file system needs it; paths have `/` between names, "" is the folder itself. */

/** All answers are given at once, as Python waits for them; what cannot be done is thrown as `Refused`. */
export interface FileBackend {
  stat(path: string): Entry;
  list(path: string): readonly Entry[];
  read(path: string): Uint8Array<ArrayBuffer>;
  /** Saves a file, whole. */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Entry;
  makeFolder(path: string): Entry;
  /** Moves what is at a path to one where nothing is. */
  rename(path: string, to: string): void;
  /** Removes a file, or a folder that is empty. */
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

/** Why something was refused, by POSIX's names. */
export type ErrorName = "EACCES" | "EEXIST" | "EFBIG" | "EINVAL" | "EIO" | "ENAMETOOLONG" | "ENOENT" | "ENOSPC";

export class BackendError extends Error {
  constructor(readonly reason: ErrorName) {
    super(reason);
  }
}

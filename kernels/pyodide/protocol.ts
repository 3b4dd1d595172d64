/** The messages between the page and a kernel's worker, and the types in them. */
import type { Cell, Progress } from "../port";
import type { Copy, OverlayState } from "../overlay";

export type ToWorker =
  | { readonly type: "start"; readonly options: Options }
  | { readonly type: "prepare" }
  | { readonly type: "enter"; readonly context: KernelContext }
  | { readonly type: "message"; readonly client: string; readonly bytes: ArrayBuffer }
  | { readonly type: "copy"; readonly copy: Copy }
  | { readonly type: "key"; readonly key: Key }
  | { readonly type: "history"; readonly cells: readonly Cell[] }
  | { readonly type: "interrupt" };

export type FromWorker =
  | { readonly type: "message"; readonly client: string | null; readonly bytes: ArrayBuffer }
  | { readonly type: "copy"; readonly copy: Copy }
  | { readonly type: "cell"; readonly cell: Cell }
  | { readonly type: "interrupted" }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "holding" } // the worker's lock
  | { readonly type: "booted"; readonly fetched: Fetched | null }
  | { readonly type: "timeline"; readonly spans: readonly Span[] }
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly reason: string };

/** Options of a worker's start, which may come before the kernel that it is for. */
export interface Options {
  /** The Web Lock that the worker holds for as long as it lives. */
  readonly lock: string;
  readonly files: Files;
  /** The shared libraries in the snapshot, in load order. */
  readonly libraries: readonly LibraryFile[];
  /** The files embedded in the page; null where all files have URLs. */
  readonly embedded: EmbeddedFiles | null;
  /** Files that an earlier worker of the page has fetched. */
  readonly fetched: Fetched | null;
  /** Whether the snapshot is cached from an earlier visit. */
  readonly cacheState: SnapshotCacheState;
  /** Environment variables that Python reads at its start; they rule out the snapshot. */
  readonly env: Readonly<Record<string, string>>;
  /** Shared memory for signals to busy code; null where memory cannot be shared. */
  readonly signal: SharedArrayBuffer | null;
}

/** The context of a kernel: its files, folder, key and environment. */
export interface KernelContext {
  /** The base URL of the server whose contents are Python's files. */
  readonly root: string;
  /** The files of a site, which has no server; null where a server has them. */
  readonly site: OverlayState | null;
  /** Python's working folder, from the root of the contents. */
  readonly path: string;
  readonly key: Key | null;
  readonly env: Readonly<Record<string, string>>;
  /** The package index that `%pip install` asks; null is the usual one. */
  readonly index: string | null;
}

/** Files that the page carries in itself, by the addresses that they would have next to the page. */
export type EmbeddedFiles = ReadonlyMap<string, Blob>;

/** Whether the snapshot cache has a file, as the page knows without asking the disk; "never" where caching does not work. */
export type SnapshotCacheState = "cached" | "not cached" | "never";

/** Compiled modules and the snapshot, which the workers of a page share. */
export interface Fetched {
  readonly module: WebAssembly.Module;
  readonly snapshot: ArrayBuffer | null;
  /** The snapshot's shared libraries. */
  readonly libraries: readonly WebAssembly.Module[];
}

/** A capability token for one folder of the server and what is below it; the cookie alone gives no access. */
export interface Key {
  readonly key: string;
  readonly path: string;
}

/** The files of build/kernel/assets.py, or of wasmnb/site/packages/runtime.py for another Pyodide, by their names in the manifest. */
export const WORKER = "worker.js";
export const FILES = ["pyodide.mjs", "pyodide.asm.wasm", "library.zip", "core.zip", "sources.zip", "lock.json"] as const;
export const SNAPSHOT = "snapshot.bin";
/** The deferred module of Python's program (wasm/deferred-module.ts). */
export const DEFERRED = "deferred.wasm";
/** Emscripten's script: a JavaScript module since Pyodide 314. */
export const RUNTIMES = ["pyodide.asm.mjs", "pyodide.asm.js"] as const;
export type Files = Readonly<Record<(typeof FILES)[number], File>> & { readonly runtime: File; readonly [SNAPSHOT]: File | null; readonly [DEFERRED]: File | null };

export interface File {
  readonly url: string;
  readonly bytes: number;
}

/** A shared library of a package, with its path in Python's library. */
export interface LibraryFile extends File {
  readonly path: string;
}

/** A step of the start; times are in milliseconds since 1970, the same clock in page and worker. */
export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** The size of what was fetched, uncompressed. */
  readonly bytes?: number;
  /** A remark, for people. */
  readonly note?: string;
}

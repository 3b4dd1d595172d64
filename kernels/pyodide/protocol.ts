/** All that the page and the worker say to each other. */
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
  | { readonly type: "holding" } // its lock, from here on
  | { readonly type: "booted"; readonly fetched: Fetched | null }
  | { readonly type: "timeline"; readonly spans: readonly Span[] }
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly reason: string };

/** What a worker starts from, before it is known which kernel it will be. A lock is held for as long as it lives. */
export interface Options {
  readonly lock: string;
  readonly files: Files;
  /** The shared libraries that are a part of the snapshot, in their order. */
  readonly libraries: readonly LibraryFile[];
  /** What of all files the page carries in itself; null where they are at their addresses. */
  readonly embedded: EmbeddedFiles | null;
  /** What an earlier worker has left, which need not be fetched again. */
  readonly fetched: Fetched | null;
  /** Whether the snapshot is there from an earlier visit. */
  readonly cacheState: SnapshotCacheState;
  /** What Python is to find in its environment when it starts; only byte code starts with it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the page leaves a signal for busy code; null where memory cannot be shared. */
  readonly signal: SharedArrayBuffer | null;
}

/** Where a kernel works. */
export interface KernelContext {
  /** The root of the server whose contents are Python's files. */
  readonly root: string;
  /** The files of a site, which has no server; null where there is one. */
  readonly site: OverlayState | null;
  /** The folder that Python works in, from the root of the contents. */
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

/** What workers can have in common. */
export interface Fetched {
  readonly module: WebAssembly.Module;
  readonly snapshot: ArrayBuffer | null;
  /** The snapshot's. */
  readonly libraries: readonly WebAssembly.Module[];
}

/** What lets the worker into one folder of the server and what is below it; its cookie alone opens nothing. */
export interface Key {
  readonly key: string;
  readonly path: string;
}

/** The files of build/kernel/assets.py, or of wasmnb/site/packages/runtime.py for another Pyodide, by the names that those give them. */
export const WORKER = "worker.js";
export const FILES = ["pyodide.mjs", "pyodide.asm.wasm", "library.zip", "core.zip", "sources.zip", "lock.json"] as const;
export const SNAPSHOT = "snapshot.bin";
/** What of the program comes later (secondary.ts). */
export const DEFERRED = "deferred.wasm";
/** What Emscripten makes: it became a module of JavaScript with Pyodide 314. */
export const RUNTIMES = ["pyodide.asm.mjs", "pyodide.asm.js"] as const;
export type Files = Readonly<Record<(typeof FILES)[number], File>> & { readonly runtime: File; readonly [SNAPSHOT]: File | null; readonly [DEFERRED]: File | null };

export interface File {
  readonly url: string;
  readonly bytes: number;
}

/** A shared library of a package, which Python finds at that path in its library. */
export interface LibraryFile extends File {
  readonly path: string;
}

/** A step of the start; times are in milliseconds since 1970, so that page and worker mean the same by them. */
export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** What was fetched, uncompressed. */
  readonly bytes?: number;
  /** What there is to say about it. */
  readonly note?: string;
}

/** Boots Python as a worker does, in a Node where time stands still: node SCRIPT PYODIDE LIBRARY CORE SOURCES FILE [MORE] */
import crypto from "node:crypto";
import { constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { loadPyodide } from "pyodide";
import type { FileSystem } from "../../kernels/pyodide/fs/emscripten";
import { stdlibFolder, StdlibFiles } from "../../kernels/pyodide/fs/stdlib";
import type { RangeReader } from "../../kernels/pyodide/assets/sync-request";
import { loadWholeProgram } from "../../kernels/zmq/node/whole-program";

type Load = typeof loadPyodide;
export type Options = NonNullable<Parameters<Load>[0]>;
export type Create = NonNullable<Options["createPyodideModule"]>;

export const [pyodide = "", library = "", core = "", sources = "", file = "", more = ""] = process.argv.slice(2);
// Emscripten asks for numbers in a way that Node's permissions close. https://nodejs.org/api/permissions.html
Object.assign(process, { binding: () => ({ fs: constants }) });
/** Has libraries find all symbols of the program. */
export const join = loadWholeProgram(pyodide);
// It is what Pyodide's own files export.
const script = async <T>(name: string): Promise<T> => (await import(/* webpackIgnore: true */ pathToFileURL(`${pyodide}/${name}`).href)) as T;
export const { loadPyodide: load } = await script<{ readonly loadPyodide: Load }>("pyodide.mjs");
export const { default: create } = await script<{ readonly default: Create }>("pyodide.asm.mjs");

/** The seed of Python's hashes is saved with its memory; any will do. */
const SEED = "314";

/** Nothing may depend on when and where this runs: it is then, in milliseconds since 1970. */
export function makeDeterministic(then = 0): void {
  let now = then;
  let state = 1;
  const random = (): number => (state = Math.imul(state, 48271) >>> 0) / 2 ** 32;
  // Some code waits for the time to pass.
  // Timers end in the order in which they were set, and what JavaScript lets go of stays for as long as this runs.
  Object.assign(globalThis, {
    setTimeout: (callback: (...given: unknown[]) => void, _: number, ...given: unknown[]) => setImmediate(callback, ...given),
    clearTimeout: clearImmediate,
    FinalizationRegistry: class { register(): void { /* never told */ } unregister(): void { /* never told */ } },
  });
  performance.now = () => (now += 1 / 1024);
  Date.now = () => Math.floor(performance.now());
  Math.random = random;
  const fill = <T extends NodeJS.ArrayBufferView>(view: T): T => {
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).forEach((_, at, bytes) => { bytes[at] = random() * 256; });
    return view;
  };
  // Emscripten takes Node's own.
  Object.assign(crypto, { randomFillSync: fill });
  process.env.TZ = "UTC";
  process.argv.splice(1, Infinity, "./this.program"); // by this name a browser's Python calls itself
  Object.defineProperty(globalThis, "navigator", { value: { language: "en-US", userAgent: "Node.js" } });
}

/** In place of a library: ours is laid down beside it. */
const EMPTY = `${file}.zip`;
writeFileSync(EMPTY, Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]));

/** Our own packages are no matter of Pyodide's here: a lock file without any. */
const lock = readFileSync(`${pyodide}/pyodide-lock.json`, "utf8");
export const HOME = stdlibFolder(lock);
const { info } = JSON.parse(lock) as { readonly info: object };
export const common = { indexURL: `${pyodide}/`, lockFileContents: JSON.stringify({ info, packages: {} }), stdLibURL: EMPTY };

/** Files beside the library's archives: by their paths in it, where they are on this disk. */
export type ExtraFiles = Readonly<Record<string, string>>;

/** Python with all of a kernel's files, and with those options. */
export function bootPython(options: Options, extra: ExtraFiles = {}): ReturnType<Load> {
  const initFs = (FS: unknown): Promise<void> => {
    addFiles(FS, extra);
    return Promise.resolve();
  };
  return load({ ...common, ...options, fsInit: initFs, env: { PYTHONPATH: HOME, PYTHONHASHSEED: SEED } });
}

/** Lays those files down. */
export function addFiles(FS: unknown, beside: ExtraFiles = {}): void {
  const archive = readFileSync(sources);
  const remote = { part: (start: number, size: number) => new Uint8Array(archive.subarray(start, start + size)) };
  // A class with private parts is no interface, but this one is used as one.
  const all = new StdlibFiles(FS as FileSystem, HOME, remote as unknown as RangeReader);
  for (const name of [library, core]) all.unpack(new Uint8Array(readFileSync(name)));
  for (const [path, place] of Object.entries(beside)) all.addLazyFile(path, statSync(place).size, () => new Uint8Array(readFileSync(place)));
}

/** Boots a kernel's Python in a deterministic Node, for scripts of the build: node SCRIPT PYODIDE LIBRARY CORE SOURCES FILE [MORE] */
import crypto from "node:crypto";
import { constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { loadPyodide } from "pyodide";
import type { FileSystem } from "../../kernels/pyodide/fs/emscripten";
import { stdlibFolder, StdlibFiles } from "../../kernels/pyodide/fs/stdlib";
import { loadWholeProgram } from "../../kernels/zmq/node/whole-program";

type Load = typeof loadPyodide;
export type Options = NonNullable<Parameters<Load>[0]>;
export type Create = NonNullable<Options["createPyodideModule"]>;

export const [pyodide = "", library = "", core = "", sources = "", file = "", more = ""] = process.argv.slice(2);
// Emscripten reads fs constants through process.binding, which Node's permission model blocks. https://nodejs.org/api/permissions.html
Object.assign(process, { binding: () => ({ fs: constants }) });
/** Exports all symbols of the program to shared libraries. */
export const join = loadWholeProgram(pyodide);
// The caller knows the exports of Pyodide's files.
const script = async <T>(name: string): Promise<T> => (await import(/* webpackIgnore: true */ pathToFileURL(`${pyodide}/${name}`).href)) as T;
export const { loadPyodide: load } = await script<{ readonly loadPyodide: Load }>("pyodide.mjs");
export const { default: create } = await script<{ readonly default: Create }>("pyodide.asm.mjs");

/** The seed of Python's hashes, which the snapshot fixes; any value works. */
const SEED = "314";

/** Replaces clocks, timers and random numbers, so that results depend on inputs only; `then` is the date in milliseconds since 1970. */
export function makeDeterministic(then = 0): void {
  let now = then;
  let state = 1;
  const random = (): number => (state = Math.imul(state, 48271) >>> 0) / 2 ** 32;
  // The clock advances with each call, as some code waits for time to pass.
  // Timers fire in the order of their creation, and JavaScript objects are never finalized.
  Object.assign(globalThis, {
    setTimeout: (callback: (...args: unknown[]) => void, _: number, ...args: unknown[]) => setImmediate(callback, ...args),
    clearTimeout: clearImmediate,
    FinalizationRegistry: class { register(): void { /* never called */ } unregister(): void { /* never called */ } },
  });
  performance.now = () => (now += 1 / 1024);
  Date.now = () => Math.floor(performance.now());
  Math.random = random;
  const fill = <T extends NodeJS.ArrayBufferView>(view: T): T => {
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).forEach((_, at, bytes) => { bytes[at] = random() * 256; });
    return view;
  };
  // Emscripten uses Node's function.
  Object.assign(crypto, { randomFillSync: fill });
  process.env.TZ = "UTC";
  process.argv.splice(1, Infinity, "./this.program"); // the name of the program in a browser
  Object.defineProperty(globalThis, "navigator", { value: { language: "en-US", userAgent: "Node.js" } });
}

/** Replaces Pyodide's library; ours is unpacked separately. */
const EMPTY = `${file}.zip`;
writeFileSync(EMPTY, Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]));

/** A lock file without packages: Pyodide loads none here. */
const lock = readFileSync(`${pyodide}/pyodide-lock.json`, "utf8");
export const HOME = stdlibFolder(lock);
const { info } = JSON.parse(lock) as { readonly info: object };
export const common = { indexURL: `${pyodide}/`, lockFileContents: JSON.stringify({ info, packages: {} }), stdLibURL: EMPTY };

/** Files in addition to the library's archives: their paths in the library, and their files on this disk. */
export type ExtraFiles = Readonly<Record<string, string>>;

/** Boots Python with all of a kernel's files. */
export function bootPython(options: Options, extra: ExtraFiles = {}): ReturnType<Load> {
  const initFs = (FS: unknown): Promise<void> => {
    addFiles(FS, extra);
    return Promise.resolve();
  };
  return load({ ...common, ...options, fsInit: initFs, env: { PYTHONPATH: HOME, PYTHONHASHSEED: SEED } });
}

/** Unpacks a kernel's files. */
export function addFiles(FS: unknown, extra: ExtraFiles = {}): void {
  const archive = readFileSync(sources);
  const source = { read: (start: number, size: number) => new Uint8Array(archive.subarray(start, start + size)) };
  const all = new StdlibFiles(FS as FileSystem, HOME, source);
  for (const name of [library, core]) all.unpack(new Uint8Array(readFileSync(name)));
  for (const [path, file] of Object.entries(extra)) all.addLazyFile(path, statSync(file).size, () => new Uint8Array(readFileSync(file)));
}

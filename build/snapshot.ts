/** Boots Python as a worker does, prepares a kernel in it and saves its memory: node snapshot.mjs PYODIDE LIBRARY CORE SOURCES FILE */
import crypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { loadPyodide, PyodideAPI } from "pyodide";
import type { FileSystem } from "../kernels/pyodide/emscripten";
import { homeOf, Library } from "../kernels/pyodide/library";
import type { Remote } from "../kernels/pyodide/request";
import { difference, type Memory, written } from "../kernels/pyodide/snapshot";

/** What Pyodide has for snapshots, and does not declare. */
interface Api {
  readonly config: { readonly BUILD_ID: string };
  serializeHiwireState(): unknown;
  restoreSnapshot(): unknown;
}
type Module = Memory & { readonly API: Api; readonly HEAPU8: Uint8Array<ArrayBuffer> };
type Inside = Omit<PyodideAPI, "FS"> & { readonly _module: Module; readonly _api: Api; readonly FS: Files };
type Load = typeof loadPyodide;
type Options = NonNullable<Parameters<Load>[0]>;
type Create = NonNullable<Options["createPyodideModule"]>;

const [pyodide = "", library = "", core = "", sources = "", file = ""] = process.argv.slice(2);
// It is what Pyodide's own files export.
const script = async <T>(name: string): Promise<T> => (await import(/* webpackIgnore: true */ pathToFileURL(`${pyodide}/${name}`).href)) as T;
const { loadPyodide: load } = await script<{ readonly loadPyodide: Load }>("pyodide.mjs");
const { default: create } = await script<{ readonly default: Create }>("pyodide.asm.mjs");

/** The seed of Python's hashes is saved with its memory; any will do. */
const SEED = "314";

/** Nothing may depend on when and where this runs. */
function standStill(): void {
  let now = 0;
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
const HOME = homeOf(lock);
const { info } = JSON.parse(lock) as { readonly info: object };
const common = { indexURL: `${pyodide}/`, lockFileContents: JSON.stringify({ info, packages: {} }), stdLibURL: EMPTY };

/** The memory as it is where a snapshot is laid into it. */
async function fresh(): Promise<Uint8Array> {
  let memory: Uint8Array | undefined;
  const grasp: Create = async (settings) => {
    const module = (await create(settings)) as unknown as Module;
    memory = module.HEAPU8.slice();
    memory.fill(0, module.___heap_base);
    throw new Error("This is all that was wanted.");
  };
  await load({ ...common, createPyodideModule: grasp, _loadSnapshot: new Uint8Array(64) }).catch(() => undefined);
  if (!memory) throw new Error("Pyodide does not come to where a snapshot is restored.");
  return memory;
}

async function booted(zone: number[]): Promise<Inside> {
  const lay = (FS: unknown): Promise<void> => {
    const archive = readFileSync(sources);
    const remote = { part: (start: number, size: number) => new Uint8Array(archive.subarray(start, start + size)) };
    // A class with private parts is no interface, but this one is used as one.
    const laid = new Library(FS as FileSystem, HOME, remote as unknown as Remote);
    for (const name of [library, core]) laid.lay(new Uint8Array(readFileSync(name)));
    return Promise.resolve();
  };
  return (await load({ ...common, createPyodideModule: noting(zone), _makeSnapshot: true, fsInit: lay, env: { PYTHONPATH: HOME, PYTHONHASHSEED: SEED } })) as unknown as Inside;
}

/** Notes where C keeps the time zone, when it first asks for it. */
const noting = (zone: number[]): Create => (settings) => {
  const { instantiateWasm } = settings as unknown as { instantiateWasm: (imports: WebAssembly.Imports, done: unknown) => unknown };
  return create({
    ...settings,
    instantiateWasm: (imports: WebAssembly.Imports, done: unknown) => {
      const env = imports.env ?? {};
      const { _tzset_js: set } = env as { readonly _tzset_js: (...addresses: number[]) => void };
      env._tzset_js = (...addresses: number[]) => { zone.splice(0, 4, ...addresses); set(...addresses); };
      return instantiateWasm(imports, done);
    },
  });
};

/** Zeros what lies in freed memory: it means nothing, and would be saved. */
function wipe(memory: Memory): void {
  const top = memory._sbrk(0);
  const taken: number[] = [];
  for (let size = 1 << 20; size >= 16; size >>= 1) {
    for (let at = memory._malloc(size); ; at = memory._malloc(size)) {
      taken.push(at);
      if (at + size > top) break;
      memory.HEAPU8.fill(0, at, at + size);
    }
  }
  for (const at of taken) memory._free(at);
}

function folders(FS: Files, path: string): string[] {
  const names = FS.readdir(path).filter((name) => name !== "." && name !== "..").map((name) => `${path}/${name}`);
  return names.filter((name) => FS.isDir(FS.stat(name).mode)).flatMap((name) => [name, ...folders(FS, name)]);
}
interface Files {
  readdir(path: string): string[];
  stat(path: string): { readonly mode: number };
  isDir(mode: number): boolean;
}

async function save(): Promise<Uint8Array> {
  const unused = await fresh();
  const zone: number[] = [];
  const python = await booted(zone);
  await python.runPythonAsync("from wasmnb_kernel.browser import prepare; await prepare()");
  await new Promise(setImmediate); // until JavaScript holds nothing of it
  python.runPython("from wasmnb_kernel.snapshot import tidy; tidy()");
  const { FS, _module: module, _api: api } = python;
  wipe(module);
  // Pyodide wants this object as it is where a snapshot is restored: no files are there yet.
  for (const name of Object.keys(python.loadedPackages)) Reflect.deleteProperty(python.loadedPackages, name);
  const { runs, parts } = difference(module.HEAPU8, unused);
  const about = { build: api.config.BUILD_ID, size: module.HEAPU8.length, zone, folders: folders(FS, "/home"), objects: api.serializeHiwireState(), runs };
  return written({ about, parts });
}

standStill();
writeFileSync(file, await save());
process.exit();

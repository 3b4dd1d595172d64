/**
 * Starts a kernel in Python and saves its memory as a snapshot. Its arguments are those of python.ts; MORE is a JSON file with
 * modules to import and shared libraries to load. It prints, as JSON, modules that must not be in a snapshot, with the reasons, and
 * libraries that are unused. If there are any, it saves nothing. The file format is in kernels/pyodide/wasm/snapshot.ts.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { PyodideAPI } from "pyodide";
import { linkedLibraries, type Linker, preloadLibraries, bindLibraries, eraseNames } from "../../kernels/pyodide/wasm/shared-libraries";
import { delta, type Memory, serialize } from "../../kernels/pyodide/wasm/snapshot";
import { type ExtraFiles, bootPython, common, type Create, create, file, HOME, join, load, more, makeDeterministic } from "./python";

/** Additional contents of the memory. */
interface More {
  /** Modules to import (preimport.py of the core). */
  readonly imports: readonly unknown[];
  /** Shared libraries, in load order. */
  readonly libraries: ExtraFiles;
}

/** Pyodide's undeclared functions for snapshots. */
interface Api {
  readonly config: { readonly BUILD_ID: string };
  serializeHiwireState(): unknown;
  restoreSnapshot(): unknown;
}
type Module = Memory & Linker & { readonly API: Api; readonly HEAPU8: Uint8Array<ArrayBuffer> };
type Inside = Omit<PyodideAPI, "FS" | "globals"> & { readonly _module: Module; readonly _api: Api; readonly FS: Files; readonly globals: Names };
/** Python's global namespace, for strings. */
interface Names {
  set(name: string, value: string): void;
  delete(name: string): void;
}

/** The program, and its memory at the point where a kernel restores a snapshot. */
async function fresh(create: Create): Promise<readonly [Linker, Uint8Array]> {
  let captured: readonly [Linker, Uint8Array] | undefined;
  let reason: unknown;
  const capture: Create = async (settings) => {
    const module = (await create(settings)) as unknown as Module;
    const memory = module.HEAPU8.slice();
    memory.fill(0, module.___heap_base);
    captured = [module, memory];
    throw new Error("The memory was captured.");
  };
  await load({ ...common, createPyodideModule: capture, _loadSnapshot: new Uint8Array(64) }).catch((error: unknown) => { reason = error; });
  if (!captured) throw new Error(`Pyodide did not reach the point where a snapshot is restored. ${String(reason)}`);
  return captured;
}

/** Records the addresses of C's time zone, when it first requests it. */
const recordTimeZone = (zone: number[], create: Create): Create => (settings) => {
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

/** Zeroes freed memory, whose content would be saved, too. */
function zeroFreeMemory(memory: Memory): void {
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

async function save({ imports, libraries }: More): Promise<void> {
  const compiled = Object.entries(libraries).map(([path, place]) => ({ path: `${HOME}/${path}`, module: new WebAssembly.Module(readFileSync(place)) }));
  const creates = preloadLibraries(create, compiled, join);
  const [program, untouched] = await fresh(creates);
  const zone: number[] = [];
  const python = (await bootPython({ createPyodideModule: recordTimeZone(zone, creates), _makeSnapshot: true }, libraries)) as unknown as Inside;
  python.globals.set("imports", JSON.stringify(imports));
  // `prepare` returns a string.
  const refused = (await python.runPythonAsync("from wasmnb_kernel.hosts.browser import prepare; await prepare(imports)")) as string;
  const { FS, _module: module, _api: api } = python;
  const links = linkedLibraries(module);
  const used = new Set(links.libraries.map(([path]) => path));
  const unused = Object.keys(libraries).filter((path) => !used.has(`${HOME}/${path}`));
  console.log(JSON.stringify({ refused: JSON.parse(refused) as object, unused }));
  if (refused !== "{}" || unused.length > 0) return;
  eraseNames(module, links);
  bindLibraries(program, links); // fails here rather than in every kernel
  python.globals.delete("imports");
  await new Promise(setImmediate); // until JavaScript has released it
  python.runPython("from wasmnb_kernel.environment.snapshot import before_save; before_save()");
  zeroFreeMemory(module);
  // Pyodide expects this object to be empty where a snapshot is restored.
  for (const name of Object.keys(python.loadedPackages)) Reflect.deleteProperty(python.loadedPackages, name);
  const { runs, parts } = delta(module.HEAPU8, untouched);
  const about = { build: api.config.BUILD_ID, size: module.HEAPU8.length, zone, folders: folders(FS, "/home"), linked: links, objects: api.serializeHiwireState(), runs };
  writeFileSync(file, serialize({ about, parts }));
}

makeDeterministic();
// wasmnb/site/packages/snapshot_builder.py writes it.
await save(more ? (JSON.parse(readFileSync(more, "utf8")) as More) : { imports: [], libraries: {} });
process.exit();

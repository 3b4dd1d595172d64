/**
 * Prepares a kernel in Python and saves its memory; its arguments are those of python.ts, and a file with modules that
 * are to be imported in it (baking.py of the core). It prints which of them are not to be, and why; then it saves nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { PyodideAPI } from "pyodide";
import { difference, type Memory, written } from "../kernels/pyodide/snapshot";
import { booted, common, type Create, create, file, load, more, standStill } from "./python";

/** What Pyodide has for snapshots, and does not declare. */
interface Api {
  readonly config: { readonly BUILD_ID: string };
  serializeHiwireState(): unknown;
  restoreSnapshot(): unknown;
}
type Module = Memory & { readonly API: Api; readonly HEAPU8: Uint8Array<ArrayBuffer> };
type Inside = Omit<PyodideAPI, "FS" | "globals"> & { readonly _module: Module; readonly _api: Api; readonly FS: Files; readonly globals: Names };
/** Python's own names, as far as texts are put there. */
interface Names {
  set(name: string, value: string): void;
  delete(name: string): void;
}

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

async function save(imports: string): Promise<void> {
  const unused = await fresh();
  const zone: number[] = [];
  const python = (await booted({ createPyodideModule: noting(zone), _makeSnapshot: true })) as unknown as Inside;
  python.globals.set("imports", imports);
  // It answers with a text.
  const refused = (await python.runPythonAsync("from wasmnb_kernel.browser import prepare; await prepare(imports)")) as string;
  console.log(refused);
  if (refused !== "{}") return;
  python.globals.delete("imports");
  await new Promise(setImmediate); // until JavaScript holds nothing of it
  python.runPython("from wasmnb_kernel.snapshot import tidy; tidy()");
  const { FS, _module: module, _api: api } = python;
  wipe(module);
  // Pyodide wants this object as it is where a snapshot is restored: no files are there yet.
  for (const name of Object.keys(python.loadedPackages)) Reflect.deleteProperty(python.loadedPackages, name);
  const { runs, parts } = difference(module.HEAPU8, unused);
  const about = { build: api.config.BUILD_ID, size: module.HEAPU8.length, zone, folders: folders(FS, "/home"), objects: api.serializeHiwireState(), runs };
  writeFileSync(file, written({ about, parts }));
}

standStill();
await save(more ? readFileSync(more, "utf8") : "[]");
process.exit();

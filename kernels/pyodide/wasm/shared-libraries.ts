/**
 * Shared libraries in a snapshot. They are loaded before the memory is restored, in the same order as when it was saved, so that
 * they get the same addresses and function numbers.
 */
import type { SymbolTables } from "./deferred-module";
import { type LinkedLibraries, UnusableSnapshot } from "./snapshot";
import type { Create } from "./batched-wrappers";

/** A compiled library, and its path in Python's file system. */
export interface CompiledLibrary {
  readonly path: string;
  readonly module: WebAssembly.Module;
}

/** The dynamic linker in Emscripten's module. */
export interface Linker extends SymbolTables {
  readonly HEAPU8: Uint8Array;
  readonly LDSO: { readonly loadedLibsByName: Record<string, Loaded | undefined>; readonly loadedLibsByHandle: Record<number, Loaded | undefined> };
  readonly wasmTable: WebAssembly.Table;
  loadWebAssemblyModule(module: WebAssembly.Module, how: { readonly nodelete: true }, path: string, scope: object): object;
  newDSO(path: string, handle: undefined, exports: object): Loaded;
}
interface Loaded {
  readonly name: string;
}

/** Wraps the factory: the module loads the libraries before anything else runs in it; `join` exports its symbols to them. */
export const preloadLibraries = (create: Create, libraries: readonly CompiledLibrary[], join: (linker: Linker) => void): Create => async (settings) => {
  if (libraries.length === 0) return create(settings);
  let failed: UnusableSnapshot | undefined;
  const load = (module: unknown): void => {
    const linker = module as Linker; // as Pyodide exports it
    try {
      join(linker);
      for (const { path, module } of libraries) linker.newDSO(path, undefined, linker.loadWebAssemblyModule(module, { nodelete: true }, path, {}));
    } catch (error) {
      failed = new UnusableSnapshot(`The snapshot's libraries could not be loaded: ${String(error)}.`);
    }
  };
  (settings.preRun as unknown[]).push(load); // a list that Pyodide has made for this start
  const created = await create(settings);
  if (failed) throw failed;
  return created;
};

/** The libraries that Python has loaded, for the snapshot's metadata. */
export function linkedLibraries({ LDSO, wasmTable }: Linker): LinkedLibraries {
  // Handle 0 is the program itself.
  const libraries = Object.entries(LDSO.loadedLibsByHandle).flatMap(([handle, loaded]) => (loaded && handle !== "0" ? [[loaded.name, Number(handle)] as const] : []));
  const order = Object.keys(LDSO.loadedLibsByName);
  libraries.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  return { libraries, functions: wasmTable.length };
}

/** The offset of the path in C's `struct dso`. */
const NAME = 36;

/** Erases the paths in C's records, so that another version at the same path can be loaded later. */
export function eraseNames({ HEAPU8 }: Linker, { libraries }: LinkedLibraries): void {
  for (const [path, handle] of libraries) {
    const at = handle + NAME;
    if (new TextDecoder().decode(HEAPU8.subarray(at, at + path.length + 1)) !== `${path}\0`) throw new Error(`C has another path for ${path}; Emscripten's struct dso has changed.`);
    HEAPU8[at] = 0;
  }
}

/** Connects the loaded libraries to their handles in the memory. */
export function bindLibraries({ LDSO, wasmTable }: Linker, { libraries, functions }: LinkedLibraries): void {
  if (wasmTable.length !== functions) throw new UnusableSnapshot(`The snapshot was taken with ${functions} functions, and here are ${wasmTable.length}.`);
  for (const [path, handle] of libraries) {
    if (!LDSO.loadedLibsByName[path]) throw new UnusableSnapshot(`The snapshot was taken with ${path}, which is not here.`);
    LDSO.loadedLibsByHandle[handle] = LDSO.loadedLibsByName[path];
    Reflect.deleteProperty(LDSO.loadedLibsByName, path);
  }
}

/**
 * Shared libraries of packages that are in a snapshot: loaded before it is restored, in the order in which they were
 * loaded when it was taken, they lie in memory and table as they lay then.
 */
import type { SymbolTables } from "./deferred-module";
import { type LinkedLibraries, UnusableSnapshot } from "./snapshot";
import type { Create } from "./batched-wrappers";

/** A library, compiled, and the path by which Python knows it. */
export interface CompiledLibrary {
  readonly path: string;
  readonly module: WebAssembly.Module;
}

/** What of Emscripten's module is used for them. */
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

/** Has what is made of Pyodide's program load those libraries before anything else runs in it; `join` has them find its symbols. */
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
  (settings.preRun as unknown[]).push(load); // Pyodide has made the list for this start
  const created = await create(settings);
  if (failed) throw failed;
  return created;
};

/** What there is to say in a snapshot of those that Python uses; the rest is of no use in it. */
export function linkedLibraries({ LDSO, wasmTable }: Linker): LinkedLibraries {
  // It has the program itself as well, by the number 0.
  const libraries = Object.entries(LDSO.loadedLibsByHandle).flatMap(([handle, loaded]) => (loaded && handle !== "0" ? [[loaded.name, Number(handle)] as const] : []));
  const order = Object.keys(LDSO.loadedLibsByName);
  libraries.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  return { libraries, functions: wasmTable.length };
}

/** Where C has a library's path, from the address of what it knows of it. */
const NAME = 36;

/** Has C forget by which paths it has loaded them: what lies there later, as of another version, it is to load. */
export function eraseNames({ HEAPU8 }: Linker, { libraries }: LinkedLibraries): void {
  for (const [path, handle] of libraries) {
    const at = handle + NAME;
    if (new TextDecoder().decode(HEAPU8.subarray(at, at + path.length + 1)) !== `${path}\0`) throw new Error(`C has another name for ${path}.`);
    HEAPU8[at] = 0;
  }
}

/** Ties what is loaded to what is in the memory. */
export function bindLibraries({ LDSO, wasmTable }: Linker, { libraries, functions }: LinkedLibraries): void {
  if (wasmTable.length !== functions) throw new UnusableSnapshot(`The snapshot was taken with ${functions} functions, and here are ${wasmTable.length}.`);
  for (const [path, handle] of libraries) {
    if (!LDSO.loadedLibsByName[path]) throw new UnusableSnapshot(`The snapshot was taken with ${path}, which is not here.`);
    LDSO.loadedLibsByHandle[handle] = LDSO.loadedLibsByName[path];
    Reflect.deleteProperty(LDSO.loadedLibsByName, path);
  }
}

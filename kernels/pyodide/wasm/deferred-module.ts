/**
 * The deferred module: functions of Python's program that a start does not call, loaded lazily.
 *
 * How it works. The build (build/wasm-split) moves these functions from the program, the primary module, into a secondary
 * module. A moved function leaves a trampoline: if the global LOADED is 0 it calls slot 0 of SLOT_TABLE, which is `#loadSync`
 * here; then it calls its own slot. Instantiating the secondary module fills the slots and LOADED becomes 1.
 * The module comes in one of two ways: `load` downloads it in the background soon after the start, or the first trampoline
 * fetches it by a synchronous request, while C is on the stack and Python cannot do anything else.
 * What must stay true: both modules share one memory and all tables, so addresses and function numbers are the same with and
 * without it. If it cannot be fetched, C cannot continue: the kernel ends. The program's symbols for shared libraries are
 * listed in the secondary module's section SYMBOLS, so dlopen and dlsym load it first.
 * Specification: build/wasm-split/splitter.ts; https://github.com/WebAssembly/binaryen has a wasm-split of the same design.
 */
import type { Downloads } from "../assets/downloads";
import type { File } from "../protocol";
import { syncRequest } from "../assets/sync-request";
import type { Timeline } from "../timeline";
import { wrapFunction } from "./batched-wrappers";

/** Names in both modules: the import module of the secondary one, and the exports of the primary one for it. */
export const PRIMARY = "primary";
export const SLOT_TABLE = "secondary";
export const LOADED = "secondary.there";
/** The custom section that lists symbols for shared libraries. */
export const SYMBOLS = "symbols";

/** Slots of functions, and addresses of data, by symbol. */
export interface Symbols {
  readonly functions: Readonly<Record<string, number>>;
  readonly addresses: Readonly<Record<string, number>>;
}

/** An instance of the primary module, with its imports. */
export interface Primary {
  readonly instance: WebAssembly.Instance;
  readonly imports: WebAssembly.Imports;
}

/** The part of Emscripten's module that adds symbols for shared libraries. */
export interface SymbolTables {
  mergeLibSymbols(symbols: WebAssembly.Exports, name: string): void;
  updateGOT(symbols: WebAssembly.Exports): void;
}

export class DeferredModule {
  #primary: Primary | undefined;
  #module: WebAssembly.Module | undefined;
  #tables: SymbolTables | undefined;
  #loadError: Error | undefined;

  constructor(
    private readonly file: File,
    private readonly downloads: Downloads,
    private readonly timeline: Timeline,
    private readonly fail: (reason: string) => void,
  ) {}

  /** Attaches it to the primary module that is instantiated with these imports. */
  attach(imports: WebAssembly.Imports): (instance: WebAssembly.Instance) => void {
    const call = (): void => { if (!this.#module) this.#loadSync(); };
    beforeLinking(imports, () => {
      call();
      this.#exportSymbols();
    });
    return (instance) => {
      this.#primary = { instance, imports };
      slotTable(this.#primary).set(0, wrapFunction(call));
      this.#link();
    };
  }

  /** Exports its symbols to shared libraries, before the first of them is loaded. */
  exportSymbolsLater(tables: SymbolTables): void {
    this.#tables = tables;
  }

  /** Exports its symbols now, as it is loaded already. */
  exportSymbolsNow(tables: SymbolTables): void {
    this.exportSymbolsLater(tables);
    this.#exportSymbols();
  }

  /** Downloads it in the background. */
  async load(): Promise<void> {
    if (!this.#module) this.#install(await this.downloads.module(this.file));
  }

  /** Fetches it synchronously, for a trampoline. If that fails, C cannot continue. */
  #loadSync(): void {
    if (this.#loadError) throw this.#loadError;
    try {
      this.#install(this.timeline.time("fetch the deferred module while Python waits", () => fetchSync(this.file)));
    } catch (error) {
      this.#loadError = error instanceof Error ? error : new Error(String(error));
      this.fail(this.#loadError.message);
      throw this.#loadError;
    }
  }

  #install(module: WebAssembly.Module): void {
    if (this.#module) return; // a trampoline has fetched it meanwhile
    this.#module = module;
    this.#link();
  }

  #link(): void {
    if (this.#module && this.#primary) linkDeferred(this.#module, this.#primary);
  }

  #exportSymbols(): void {
    if (!this.#module || !this.#primary || !this.#tables) return;
    exportSymbols(this.#tables, this.#module, this.#primary);
    this.#tables = undefined;
  }
}

function fetchSync({ url }: File): WebAssembly.Module {
  const { status, bytes } = syncRequest("GET", url);
  if (status !== 200) throw new Error(`The server answered the request for the rest of Python with ${status}. Reload the page to try again.`);
  return new WebAssembly.Module(bytes);
}

/** Instantiates the secondary module with what the primary one exports. */
export function linkDeferred(module: WebAssembly.Module, primary: Primary): void {
  const { instance: { exports }, imports } = primary;
  const slots = slotTable(primary);
  const imported = WebAssembly.Module.imports(module).filter(({ module }) => module === PRIMARY);
  const fromPrimary: WebAssembly.ModuleImports = {};
  for (const { name, kind } of imported) {
    // The table has functions only, and the primary module exports all other imports.
    fromPrimary[name] = (kind === "function" ? slots.get(Number(name)) : exports[name]) as WebAssembly.ImportValue;
  }
  new WebAssembly.Instance(module, { ...imports, [PRIMARY]: fromPrimary });
  (exports[LOADED] as WebAssembly.Global).value = 1;
}

/** The imports through which C loads a shared library, or looks up a symbol in one. */
const DLOPEN_FUNCTIONS = ["_dlopen_js", "_emscripten_dlopen_js", "_dlsym_js", "_dlsym_catchup_js"];

/** Calls `prepare` whenever a module with these imports is about to load a shared library. */
export function beforeLinking({ env = {} }: WebAssembly.Imports, prepare: () => void): void {
  for (const name of DLOPEN_FUNCTIONS) {
    const link = env[name] as (...args: unknown[]) => unknown; // Emscripten's
    // Emscripten keeps the signature as a property, for libraries.
    env[name] = Object.assign((...args: unknown[]) => { prepare(); return link(...args); }, link);
  }
}

/** Exports the symbols that the secondary module lists to shared libraries; takes some 0.1 s. */
export function exportSymbols(tables: SymbolTables, module: WebAssembly.Module, primary: Primary): void {
  const slots = slotTable(primary);
  const symbols: Record<string, WebAssembly.ExportValue> = {};
  for (const section of WebAssembly.Module.customSections(module, SYMBOLS)) {
    // Written by build/wasm-split/splitter.ts.
    const { functions, addresses } = JSON.parse(new TextDecoder().decode(section)) as Symbols;
    for (const [name, slot] of Object.entries(functions)) symbols[name] = slots.get(slot) as WebAssembly.ExportValue;
    for (const [name, address] of Object.entries(addresses)) symbols[name] = new WebAssembly.Global({ value: "i32" }, address);
  }
  tables.mergeLibSymbols(symbols, "main");
  tables.updateGOT(symbols);
}

const slotTable = ({ instance }: Primary): WebAssembly.Table => instance.exports[SLOT_TABLE] as WebAssembly.Table;

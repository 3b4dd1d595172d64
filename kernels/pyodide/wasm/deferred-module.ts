/**
 * The part of Python's program that its start does not call (build/wasm-split/split.ts): fetched when there is time for it, or when it is
 * called, which Python waits for.
 */
import type { Downloads } from "../assets/downloads";
import type { File } from "../protocol";
import { syncRequest } from "../assets/sync-request";
import type { Timeline } from "../timeline";
import { wrapFunction } from "./batched-wrappers";

/** What both parts know each other by: where the secondary one imports from, and what the primary one exports for it. */
export const PRIMARY = "primary";
export const SLOT_TABLE = "secondary";
export const LOADED = "secondary.there";
/** Its section that says what shared libraries may ask for. */
export const SYMBOLS = "symbols";

/** The places of functions in the primary part's table, and addresses of data, by their names. */
export interface Symbols {
  readonly functions: Readonly<Record<string, number>>;
  readonly addresses: Readonly<Record<string, number>>;
}

/** A program's primary part, and what it was made with. */
export interface Primary {
  readonly instance: WebAssembly.Instance;
  readonly imports: WebAssembly.Imports;
}

/** What of Emscripten's module adds symbols to those that libraries find. */
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

  /** Has it belong to the primary part that is made with these imports, which calls for it if it has not come by then. */
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

  /** Has libraries find what the primary part does not export, when the first of them is loaded. */
  exportSymbolsLater(tables: SymbolTables): void {
    this.#tables = tables;
  }

  /** Has them find it now, as the part is there. */
  exportSymbolsNow(joining: SymbolTables): void {
    this.exportSymbolsLater(joining);
    this.#exportSymbols();
  }

  /** Has it come beside what else goes on. */
  async load(): Promise<void> {
    if (!this.#module) this.#install(await this.downloads.module(this.file));
  }

  /** Where it cannot be had, Python stops in the midst of C: there is no way on. */
  #loadSync(): void {
    if (this.#loadError) throw this.#loadError;
    try {
      this.#install(this.timeline.time("fetch the rest of Python while it waits", () => fetchSync(this.file)));
    } catch (error) {
      this.#loadError = error instanceof Error ? error : new Error(String(error));
      this.fail(this.#loadError.message);
      throw this.#loadError;
    }
  }

  #install(module: WebAssembly.Module): void {
    if (this.#module) return; // it was called for meanwhile
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
  if (status !== 200) throw new Error(`The rest of Python was wanted from the server; it answered ${status}. Reload the page to try again.`);
  return new WebAssembly.Module(bytes);
}

/** Adds the secondary part to a primary one. */
export function linkDeferred(module: WebAssembly.Module, primary: Primary): void {
  const { instance: { exports }, imports } = primary;
  const slots = slotTable(primary);
  const wanted = WebAssembly.Module.imports(module).filter(({ module }) => module === PRIMARY);
  const given: WebAssembly.ModuleImports = {};
  for (const { name, kind } of wanted) {
    // The table has functions only, and the primary part exports all that the secondary one wants.
    given[name] = (kind === "function" ? slots.get(Number(name)) : exports[name]) as WebAssembly.ImportValue;
  }
  new WebAssembly.Instance(module, { ...imports, [PRIMARY]: given });
  (exports[LOADED] as WebAssembly.Global).value = 1;
}

/** What C asks JavaScript for to load a library, or to find something in one. */
const DLOPEN_FUNCTIONS = ["_dlopen_js", "_emscripten_dlopen_js", "_dlsym_js", "_dlsym_catchup_js"];

/** Has something done before what is made with these imports loads a library. */
export function beforeLinking({ env = {} }: WebAssembly.Imports, prepare: () => void): void {
  for (const name of DLOPEN_FUNCTIONS) {
    const link = env[name] as (...given: unknown[]) => unknown; // Emscripten's
    // It has its signature beside it, for libraries.
    env[name] = Object.assign((...given: unknown[]) => { prepare(); return link(...given); }, link);
  }
}

/** Has libraries find what is listed in the secondary part; it takes some 0.1 s. */
export function exportSymbols(joining: SymbolTables, module: WebAssembly.Module, primary: Primary): void {
  const slots = slotTable(primary);
  const symbols: Record<string, WebAssembly.ExportValue> = {};
  for (const section of WebAssembly.Module.customSections(module, SYMBOLS)) {
    // build/wasm-split/splitter.ts has written it.
    const { functions, addresses } = JSON.parse(new TextDecoder().decode(section)) as Symbols;
    for (const [name, slot] of Object.entries(functions)) symbols[name] = slots.get(slot) as WebAssembly.ExportValue;
    for (const [name, address] of Object.entries(addresses)) symbols[name] = new WebAssembly.Global({ value: "i32" }, address);
  }
  joining.mergeLibSymbols(symbols, "main");
  joining.updateGOT(symbols);
}

const slotTable = ({ instance }: Primary): WebAssembly.Table => instance.exports[SLOT_TABLE] as WebAssembly.Table;

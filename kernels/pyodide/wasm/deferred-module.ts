/**
 * The part of Python's program that its start does not call (build/wasm-split/split.ts): fetched when there is time for it, or when it is
 * called, which Python waits for.
 */
import type { Downloads } from "../assets/downloads";
import type { File } from "../protocol";
import { request } from "../assets/sync-request";
import type { Timeline } from "../timeline";
import { wrapped } from "./batched-wrappers";

/** What both parts know each other by: where the secondary one imports from, and what the primary one exports for it. */
export const PRIMARY = "primary";
export const SLOTS = "secondary";
export const THERE = "secondary.there";
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
export interface Joining {
  mergeLibSymbols(symbols: WebAssembly.Exports, name: string): void;
  updateGOT(symbols: WebAssembly.Exports): void;
}

export class Secondary {
  #primary: Primary | undefined;
  #module: WebAssembly.Module | undefined;
  #joining: Joining | undefined;
  #missed: Error | undefined;

  constructor(
    private readonly file: File,
    private readonly downloads: Downloads,
    private readonly timeline: Timeline,
    private readonly fail: (reason: string) => void,
  ) {}

  /** Has it belong to the primary part that is made with these imports, which calls for it if it has not come by then. */
  tie(imports: WebAssembly.Imports): (instance: WebAssembly.Instance) => void {
    const call = (): void => { if (!this.#module) this.#call(); };
    beforeLinking(imports, () => {
      call();
      this.#join();
    });
    return (instance) => {
      this.#primary = { instance, imports };
      slotsOf(this.#primary).set(0, wrapped(call));
      this.#lay();
    };
  }

  /** Has libraries find what the primary part does not export, when the first of them is loaded. */
  join(joining: Joining): void {
    this.#joining = joining;
  }

  /** Has them find it now, as the part is there. */
  joinNow(joining: Joining): void {
    this.join(joining);
    this.#join();
  }

  /** Has it come beside what else goes on. */
  async come(): Promise<void> {
    if (!this.#module) this.#add(await this.downloads.module(this.file));
  }

  /** Where it cannot be had, Python stops in the midst of C: there is no way on. */
  #call(): void {
    if (this.#missed) throw this.#missed;
    try {
      this.#add(this.timeline.take("fetch the rest of Python while it waits", () => fetched(this.file)));
    } catch (error) {
      this.#missed = error instanceof Error ? error : new Error(String(error));
      this.fail(this.#missed.message);
      throw this.#missed;
    }
  }

  #add(module: WebAssembly.Module): void {
    if (this.#module) return; // it was called for meanwhile
    this.#module = module;
    this.#lay();
  }

  #lay(): void {
    if (this.#module && this.#primary) add(this.#module, this.#primary);
  }

  #join(): void {
    if (!this.#module || !this.#primary || !this.#joining) return;
    join(this.#joining, this.#module, this.#primary);
    this.#joining = undefined;
  }
}

function fetched({ url }: File): WebAssembly.Module {
  const { status, bytes } = request("GET", url);
  if (status !== 200) throw new Error(`The rest of Python was wanted from the server; it answered ${status}. Reload the page to try again.`);
  return new WebAssembly.Module(bytes);
}

/** Adds the secondary part to a primary one. */
export function add(module: WebAssembly.Module, primary: Primary): void {
  const { instance: { exports }, imports } = primary;
  const slots = slotsOf(primary);
  const wanted = WebAssembly.Module.imports(module).filter(({ module }) => module === PRIMARY);
  const given: WebAssembly.ModuleImports = {};
  for (const { name, kind } of wanted) {
    // The table has functions only, and the primary part exports all that the secondary one wants.
    given[name] = (kind === "function" ? slots.get(Number(name)) : exports[name]) as WebAssembly.ImportValue;
  }
  new WebAssembly.Instance(module, { ...imports, [PRIMARY]: given });
  (exports[THERE] as WebAssembly.Global).value = 1;
}

/** What C asks JavaScript for to load a library, or to find something in one. */
const LINKING = ["_dlopen_js", "_emscripten_dlopen_js", "_dlsym_js", "_dlsym_catchup_js"];

/** Has something done before what is made with these imports loads a library. */
export function beforeLinking({ env = {} }: WebAssembly.Imports, prepare: () => void): void {
  for (const name of LINKING) {
    const link = env[name] as (...given: unknown[]) => unknown; // Emscripten's
    // It has its signature beside it, for libraries.
    env[name] = Object.assign((...given: unknown[]) => { prepare(); return link(...given); }, link);
  }
}

/** Has libraries find what is listed in the secondary part; it takes some 0.1 s. */
export function join(joining: Joining, module: WebAssembly.Module, primary: Primary): void {
  const slots = slotsOf(primary);
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

const slotsOf = ({ instance }: Primary): WebAssembly.Table => instance.exports[SLOTS] as WebAssembly.Table;

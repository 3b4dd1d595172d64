/**
 * The part of Python's program that its start does not call (build/split.ts): fetched when there is time for it, or when it is
 * called, which Python waits for.
 */
import type { Downloads } from "./downloads";
import type { File } from "./protocol";
import { request } from "./request";
import type { Timeline } from "./timeline";
import { wrapped } from "./wrappers";

/** What both parts know each other by: where the secondary one imports from, and what the primary one exports for it. */
export const PRIMARY = "primary";
export const SLOTS = "secondary";
export const THERE = "secondary.there";

/** A program's primary part, and what it was made with. */
export interface Primary {
  readonly instance: WebAssembly.Instance;
  readonly imports: WebAssembly.Imports;
}

export class Secondary {
  #primary: Primary | undefined;
  #module: WebAssembly.Module | undefined;
  #missed: Error | undefined;

  constructor(
    private readonly file: File,
    private readonly downloads: Downloads,
    private readonly timeline: Timeline,
    private readonly fail: (reason: string) => void,
  ) {}

  /** Has it belong to this primary part, which calls for it if it has not come by then. */
  tie(primary: Primary): void {
    this.#primary = primary;
    slotsOf(primary).set(0, wrapped(() => { this.#call(); }));
    if (this.#module) this.#add(this.#module);
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
    this.#module = module;
    if (this.#primary) add(module, this.#primary);
    this.#primary = undefined;
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

const slotsOf = ({ instance }: Primary): WebAssembly.Table => instance.exports[SLOTS] as WebAssembly.Table;

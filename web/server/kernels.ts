/** The kernels that run in this page, as `api/kernels` gives them. */

import { UUID } from "@lumino/coreutils";
import { type ISignal, Signal } from "@lumino/signaling";

import type { KernelProvider } from "../../kernels/port";
import { PageKernel } from "./kernel";
import { body, created, done, optionalText, Problem, type Route } from "./routes";

/** What a kernel is started with; without a name it is of the first kind. */
export interface StartRequest {
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  /** The folder that it works in, from the root of the contents. */
  readonly path?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export class Kernels {
  readonly #kernels = new Map<string, PageKernel>();
  readonly #changed = new Signal<this, PageKernel>(this);

  constructor(private readonly providers: readonly KernelProvider[]) {}

  readonly routes: readonly Route[] = [
    ["GET", /^api\/kernels$/, () => Response.json(this.list().map((kernel) => kernel.model))],
    ["POST", /^api\/kernels$/, (_, request) => this.#post(request)],
    ["GET", /^api\/kernels\/([^/]+)$/, (id) => Response.json(this.get(id).model)],
    ["DELETE", /^api\/kernels\/([^/]+)$/, (id) => this.#delete(id)],
    ["POST", /^api\/kernels\/([^/]+)\/interrupt$/, (id) => this.#interrupt(id)],
    ["POST", /^api\/kernels\/([^/]+)\/restart$/, (id) => this.#restart(id)],
  ];

  /** Emitted with the kernel whenever it has news: progress, ready, died. */
  get changed(): ISignal<this, PageKernel> {
    return this.#changed;
  }

  list(): PageKernel[] {
    return [...this.#kernels.values()];
  }

  /** Whether no kernel has said or been told anything for so many milliseconds. */
  isQuiet(milliseconds: number): boolean {
    return this.list().every(({ lastActivity }) => Date.now() - lastActivity.getTime() >= milliseconds);
  }

  /** Makes ready what a next kernel needs, of each kind that has started one. */
  readonly prepare = (): void => {
    const started = this.list().filter(({ news }) => news.type === "ready" || news.type === "stuck");
    for (const kind of new Set(started.map(({ provider: kind }) => kind))) kind.prepare?.();
  };

  /** Gives up what was made ready. */
  discard(): void {
    for (const kind of this.providers) kind.discard?.();
  }

  has(id: string): boolean {
    return this.#kernels.has(id);
  }

  /** Whether this page starts kernels of that name itself; without one it is the default. */
  starts(name: string | undefined): boolean {
    return name === undefined || this.providers.some(({ spec }) => spec.name === name);
  }

  get(id: string): PageKernel {
    const kernel = this.#kernels.get(id);
    if (!kernel) throw new Problem(404, `Kernel does not exist: ${id}`);
    return kernel;
  }

  start({ name, id: wanted, path: folder = "", env = {} }: StartRequest): PageKernel {
    const kind = this.provider(name);
    const path = trimmed(folder);
    const id = wanted ?? kind.early?.({ path, env }) ?? UUID.uuid4();
    if (this.has(id)) throw new Problem(409, `There is already a kernel with the id ${id}.`);
    const kernel = new PageKernel(kind, { id, path, env }, (kernel) => {
      this.#changed.emit(kernel);
    });
    this.#kernels.set(id, kernel);
    kernel.start();
    return kernel;
  }

  shutdown(id: string): void {
    const kernel = this.get(id);
    this.#kernels.delete(id);
    kernel.close();
  }

  provider(name: string | undefined): KernelProvider {
    const kind = this.providers.find(({ spec }) => name === undefined || spec.name === name);
    if (kind) return kind;
    const which = name === undefined ? "No kernel is" : `The '${name}' kernel is not`;
    throw new Problem(501, `${which} available. Please pick another suitable kernel instead, or install that kernel.`);
  }

  async #post(request: Request): Promise<Response> {
    const wanted = await body(request);
    const { model } = this.start({
      name: optionalText(wanted, "name"),
      id: optionalText(wanted, "kernel_id"),
      path: optionalText(wanted, "path"),
    });
    return created(model, request);
  }

  #delete(id: string): Response {
    this.shutdown(id);
    return done();
  }

  #interrupt(id: string): Response {
    this.get(id).interrupt();
    return done();
  }

  async #restart(id: string): Promise<Response> {
    const kernel = this.get(id);
    await kernel.restart();
    const { news, model } = kernel;
    if (news.type === "died") throw new Problem(500, `The kernel could not be restarted. ${news.reason}`);
    if (news.type === "closed") throw new Problem(404, "The kernel was shut down while it restarted.");
    return Response.json(model);
  }
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}

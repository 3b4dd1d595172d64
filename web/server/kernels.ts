/** The kernels that run in this page: `api/kernels`. */

import { UUID } from "@lumino/coreutils";
import { type ISignal, Signal } from "@lumino/signaling";

import type { KernelProvider } from "../../kernels/port";
import { PageKernel } from "./kernel";
import { body, created, noContent, optionalText, Problem, type Route } from "./routes";

/** Options of a new kernel; without a name it is of the first kind. */
export interface StartRequest {
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  /** Its working folder, relative to the root of the contents. */
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

  /** Emitted with the kernel on each event: progress, ready, died. */
  get changed(): ISignal<this, PageKernel> {
    return this.#changed;
  }

  list(): PageKernel[] {
    return [...this.#kernels.values()];
  }

  /** Whether no kernel has sent or received a message for so many milliseconds. */
  isQuiet(milliseconds: number): boolean {
    return this.list().every(({ lastActivity }) => Date.now() - lastActivity.getTime() >= milliseconds);
  }

  /** Prewarms a worker of each kind that has a running kernel. */
  readonly prepare = (): void => {
    const started = this.list().filter(({ lastEvent }) => lastEvent.type === "ready" || lastEvent.type === "stuck");
    for (const provider of new Set(started.map(({ provider }) => provider))) provider.prepare?.();
  };

  /** Discards prewarmed workers. */
  discard(): void {
    for (const provider of this.providers) provider.discard?.();
  }

  has(id: string): boolean {
    return this.#kernels.has(id);
  }

  /** Whether kernels of that name run in this page; no name stands for the default. */
  starts(name: string | undefined): boolean {
    return name === undefined || this.providers.some(({ spec }) => spec.name === name);
  }

  get(id: string): PageKernel {
    const kernel = this.#kernels.get(id);
    if (!kernel) throw new Problem(404, `Kernel does not exist: ${id}`);
    return kernel;
  }

  start({ name, id: requestedId, path: folder = "", env = {} }: StartRequest): PageKernel {
    const provider = this.#provider(name);
    const path = trimmed(folder);
    const id = requestedId ?? provider.early?.({ path, env }) ?? UUID.uuid4();
    if (this.has(id)) throw new Problem(409, `There is already a kernel with the id ${id}.`);
    const kernel = new PageKernel(provider, { id, path, env }, (kernel) => {
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

  #provider(name: string | undefined): KernelProvider {
    const provider = this.providers.find(({ spec }) => name === undefined || spec.name === name);
    if (provider) return provider;
    const subject = name === undefined ? "No kernel is" : `The '${name}' kernel is not`;
    throw new Problem(501, `${subject} available. Please pick another suitable kernel instead, or install that kernel.`);
  }

  async #post(request: Request): Promise<Response> {
    const options = await body(request);
    const { model } = this.start({
      name: optionalText(options, "name"),
      id: optionalText(options, "kernel_id"),
      path: optionalText(options, "path"),
    });
    return created(model, request);
  }

  #delete(id: string): Response {
    this.shutdown(id);
    return noContent();
  }

  #interrupt(id: string): Response {
    this.get(id).interrupt();
    return noContent();
  }

  async #restart(id: string): Promise<Response> {
    const kernel = this.get(id);
    await kernel.restart();
    const { lastEvent, model } = kernel;
    if (lastEvent.type === "died") throw new Problem(500, `The kernel could not be restarted. ${lastEvent.reason}`);
    if (lastEvent.type === "closed") throw new Problem(404, "The kernel was shut down while it restarted.");
    return Response.json(model);
  }
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}

/** Where the workers for kernels come from: one that is there already, else a new one, given what the first has compiled and fetched. */
import { WorkerHandle } from "./worker-handle";
import { startupVariable } from "../snapshot-check";
import type { Options } from "../protocol";

declare global {
  interface Window {
    /** The worker that the head of the page has started; null from when it has been asked for. */
    wasmnbEarly?: WorkerHandle | null;
  }
}

export class WorkerPool {
  /** It waits for its kernel. */
  #idle: WorkerHandle | null;
  /** What it has fetched, later ones share. */
  #first: WorkerHandle | null;

  constructor(private readonly manifest: unknown) {
    this.#idle = this.#first = window.wasmnbEarly ?? null;
    window.wasmnbEarly = null;
  }

  /** A worker for a kernel with this environment. */
  acquire(env: Options["env"]): WorkerHandle {
    // The rest it gets when it enters its folder; that it reads when it starts.
    if (startupVariable(env)) return this.#start(env);
    const idle = this.#idle;
    this.#idle = null;
    return idle && !idle.failed ? idle : this.#start({});
  }

  /** Has a worker wait for the next kernel, with all done that can be done beforehand. */
  prepare(): void {
    if (this.#idle && !this.#idle.failed) return;
    this.#idle = this.#start({});
    this.#idle.send({ type: "prepare" });
  }

  /** Ends the worker that waits. */
  discard(): void {
    this.#idle?.terminate();
    this.#idle = null;
  }

  #start(env: Options["env"]): WorkerHandle {
    const worker = new WorkerHandle(this.manifest, this.#first?.fetched, env);
    if (!this.#first || this.#first.failed) this.#first = worker;
    return worker;
  }
}

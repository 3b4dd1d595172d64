/** A pool of at most one idle worker; new workers reuse what the first one has compiled and fetched. */
import { WorkerHandle } from "./worker-handle";
import { startupVariable } from "../snapshot-check";
import type { Options } from "../protocol";

declare global {
  interface Window {
    /** The worker that the prestart script has started; null once it was taken. */
    wasmnbEarly?: WorkerHandle | null;
  }
}

export class WorkerPool {
  /** The idle worker, which waits for a kernel. */
  #idle: WorkerHandle | null;
  /** The worker whose files later ones reuse. */
  #first: WorkerHandle | null;

  constructor(private readonly manifest: unknown) {
    this.#idle = this.#first = window.wasmnbEarly ?? null;
    window.wasmnbEarly = null;
  }

  /** A worker for a kernel with this environment. */
  acquire(env: Options["env"]): WorkerHandle {
    // These variables are read at the start; all others can be set later.
    if (startupVariable(env)) return this.#start(env);
    const idle = this.#idle;
    this.#idle = null;
    return idle && !idle.failed ? idle : this.#start({});
  }

  /** Prewarms an idle worker for the next kernel. */
  prepare(): void {
    if (this.#idle && !this.#idle.failed) return;
    this.#idle = this.#start({});
    this.#idle.send({ type: "prepare" });
  }

  /** Ends the idle worker. */
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

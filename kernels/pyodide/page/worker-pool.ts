/** Where the workers for kernels come from: one that is there already, else a new one, given what the first has compiled and fetched. */
import { Launch } from "./worker-handle";
import { earlyIn } from "../snapshot-check";
import type { Options } from "../protocol";

declare global {
  interface Window {
    /** The worker that the head of the page has started; null from when it has been asked for. */
    wasmnbEarly?: Launch | null;
  }
}

export class Stock {
  /** It waits for its kernel. */
  #ready: Launch | null;
  /** What it has fetched, later ones share. */
  #first: Launch | null;

  constructor(private readonly manifest: unknown) {
    this.#ready = this.#first = window.wasmnbEarly ?? null;
    window.wasmnbEarly = null;
  }

  /** A worker for a kernel with this environment. */
  take(env: Options["env"]): Launch {
    // The rest it gets when it enters its folder; that it reads when it starts.
    if (earlyIn(env)) return this.#start(env);
    const ready = this.#ready;
    this.#ready = null;
    return ready && !ready.failed ? ready : this.#start({});
  }

  /** Has a worker wait for the next kernel, with all done that can be done beforehand. */
  prepare(): void {
    if (this.#ready && !this.#ready.failed) return;
    this.#ready = this.#start({});
    this.#ready.tell({ type: "prepare" });
  }

  /** Ends the worker that waits. */
  discard(): void {
    this.#ready?.end();
    this.#ready = null;
  }

  #start(env: Options["env"]): Launch {
    const launch = new Launch(this.manifest, this.#first?.fetched, env);
    if (!this.#first || this.#first.failed) this.#first = launch;
    return launch;
  }
}

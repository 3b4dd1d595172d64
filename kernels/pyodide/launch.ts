/** A worker from its start until a kernel takes it over: Python may start before it is known for which kernel. */
import { signalMemory } from "./blocking";
import { filesIn } from "./manifest";
import type { FromWorker, Options, Fetched, ToWorker } from "./protocol";

export class Launch {
  readonly signal = signalMemory();
  /** The name of the lock that the worker holds. Over plain HTTP browsers make no UUIDs. */
  readonly lock = `wasmnb kernel ${performance.timeOrigin} ${Math.random()}`;
  /** What it has fetched, once it can be given to others. */
  fetched: Fetched | null = null;
  failed = false;
  readonly #worker: Worker;
  #heard: FromWorker[] = [];
  #listener: ((message: FromWorker) => void) | null = null;

  constructor(manifest: unknown, fetched: Fetched | null = null, env: Options["env"] = {}) {
    const { worker, files } = filesIn(manifest);
    this.#worker = new Worker(worker.url, { type: "module" });
    // Our worker sends nothing else.
    this.#worker.onmessage = ({ data }) => { this.#hear(data as FromWorker); };
    this.#worker.onerror = ({ message }) => {
      const reason = `The kernel's script could not be run${message ? ` (${message})` : ""}. Reload the page to try again.`;
      this.#hear({ type: "failed", reason });
    };
    this.tell({ type: "start", options: { lock: this.lock, files, fetched, env, signal: this.signal } });
  }

  /** Has all that the worker says heard, also what it has said so far. */
  hear(listener: (message: FromWorker) => void): void {
    this.#listener = listener;
    for (const message of this.#heard.splice(0)) listener(message);
  }

  tell(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  end(): void {
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
  }

  #hear(message: FromWorker): void {
    if (message.type === "booted") this.fetched = message.fetched;
    this.failed ||= message.type === "failed";
    if (this.#listener) this.#listener(message);
    else this.#heard.push(message);
  }
}

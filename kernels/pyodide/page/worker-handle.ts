/** A worker from its start until a kernel takes it over: Python may start before it is known for which kernel. */
import { signalMemory } from "../signals";
import "../assets/embedded-files";
import { storeSnapshot, cacheState } from "../assets/snapshot-cache";
import { watchLock } from "../worker-lock";
import { filesIn } from "../assets/manifest";
import { type Fetched, type Files, type FromWorker, type Options, DEFERRED, SNAPSHOT, type ToWorker } from "../protocol";

/** What is to be kept for the next visit waits so long for what this one waits for. */
const CACHE_DELAY_MS = 1000; // milliseconds
/** By then, a kernel that is idle has all that it may call. */
const PREFETCH_DELAY_MS = 5000;
const ENDED = "The kernel's worker has ended by itself, or the browser has ended it.";

export class WorkerHandle {
  readonly signal = signalMemory();
  /** The name of the lock that the worker holds. Over plain HTTP browsers make no UUIDs. */
  readonly lock = `wasmnb kernel ${performance.timeOrigin} ${Math.random()}`;
  /** What can be given to others: what it was given itself, or has fetched by now. */
  fetched: Fetched | null;
  failed = false;
  #unwatch: (() => void) | undefined;
  #isBooted = false;
  readonly #worker: Worker;
  readonly #files: Files;
  #backlog: FromWorker[] = [];
  #listener: ((message: FromWorker) => void) | null = null;

  constructor(manifest: unknown, fetched: Fetched | null = null, env: Options["env"] = {}) {
    this.fetched = fetched;
    const { worker, files, libraries } = filesIn(manifest);
    this.#files = files;
    const { wasmnbEmbedded: embedded = null } = window;
    const script = embedded?.get(worker.url);
    // A page from a disk may start what it holds itself as a classic worker only.
    this.#worker = script ? new Worker(URL.createObjectURL(script)) : new Worker(worker.url, { type: "module" });
    // Our worker sends nothing else.
    this.#worker.onmessage = ({ data }) => { this.#onMessage(data as FromWorker); };
    this.#worker.onerror = ({ message }) => {
      const reason = `The kernel's script could not be run${message ? ` (${message})` : ""}. Reload the page to try again.`;
      this.#onMessage({ type: "failed", reason });
    };
    this.send({ type: "start", options: { lock: this.lock, files, libraries, embedded, fetched, cacheState: embedded ? "never" : cacheState(files[SNAPSHOT]), env, signal: this.signal } });
  }

  /** Has all that the worker says heard, also what it has said so far. */
  listen(listener: (message: FromWorker) => void): void {
    this.#listener = listener;
    for (const message of this.#backlog.splice(0)) listener(message);
  }

  send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  terminate(): void {
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
    this.#unwatch?.();
  }

  /** Once: from then on, code of cells could say so, too. */
  #onBooted(fetched: Fetched | null): void {
    this.#isBooted = true;
    this.fetched = fetched ?? this.fetched;
    if (fetched && !window.wasmnbEmbedded) this.#cacheFiles(fetched.snapshot);
  }

  /** What the page's first kernel has fetched is kept by the browser, for this visit and later ones. */
  #cacheFiles(memory: ArrayBuffer | null): void {
    const { [SNAPSHOT]: snapshot, [DEFERRED]: deferred } = this.#files;
    if (snapshot && memory) setTimeout(() => void storeSnapshot(snapshot, memory), CACHE_DELAY_MS);
    // Python that is busy from its first cell on may call it when the server is gone.
    if (deferred) setTimeout(() => void fetch(deferred.url).then((answer) => answer.arrayBuffer()).catch(() => undefined), PREFETCH_DELAY_MS);
  }

  #onMessage(message: FromWorker): void {
    if (message.type === "holding") this.#unwatch ??= watchLock(this.lock, () => { this.#onMessage({ type: "failed", reason: ENDED }); });
    if (message.type === "booted" && !this.#isBooted) this.#onBooted(message.fetched);
    this.failed ||= message.type === "failed";
    if (this.#listener) this.#listener(message);
    else this.#backlog.push(message);
  }
}

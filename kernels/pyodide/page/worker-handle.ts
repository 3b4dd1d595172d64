/** The page's handle of a worker, which may start Python before it is assigned to a kernel. */
import { signalMemory } from "../signals";
import "../assets/embedded-files";
import { storeSnapshot, cacheState } from "../assets/snapshot-cache";
import { watchLock } from "../worker-lock";
import { filesIn } from "../assets/manifest";
import { type Fetched, type Files, type FromWorker, type Options, DEFERRED, SNAPSHOT, type ToWorker } from "../protocol";

/** The delay of writing to the snapshot cache, so that the start goes first. */
const CACHE_DELAY_MS = 1000;
/** The delay of prefetching the deferred module; an idle kernel has loaded it by itself before. */
const PREFETCH_DELAY_MS = 5000;
const ENDED = "The kernel's worker has ended by itself, or the browser has ended it.";

export class WorkerHandle {
  readonly signal = signalMemory();
  /** The name of the lock that the worker holds. `crypto.randomUUID` needs HTTPS. */
  readonly lock = `wasmnb kernel ${performance.timeOrigin} ${Math.random()}`;
  /** Files that other workers can reuse. */
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
    // A page from a disk can only start a classic worker from an embedded script.
    this.#worker = script ? new Worker(URL.createObjectURL(script)) : new Worker(worker.url, { type: "module" });
    // The worker sends nothing else.
    this.#worker.onmessage = ({ data }) => { this.#onMessage(data as FromWorker); };
    this.#worker.onerror = ({ message }) => {
      const reason = `The kernel's script could not be started${message ? ` (${message})` : ""}. Reload the page to try again.`;
      this.#onMessage({ type: "failed", reason });
    };
    this.send({ type: "start", options: { lock: this.lock, files, libraries, embedded, fetched, cacheState: embedded ? "never" : cacheState(files[SNAPSHOT]), env, signal: this.signal } });
  }

  /** Delivers all messages of the worker, earlier ones included. */
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

  /** Called once: after that, code of cells could forge the message. */
  #onBooted(fetched: Fetched | null): void {
    this.#isBooted = true;
    this.fetched = fetched ?? this.fetched;
    if (fetched && !window.wasmnbEmbedded) this.#cacheFiles(fetched.snapshot);
  }

  /** Caches what the page's first kernel has fetched, for this visit and later ones. */
  #cacheFiles(memory: ArrayBuffer | null): void {
    const { [SNAPSHOT]: snapshot, [DEFERRED]: deferred } = this.#files;
    if (snapshot && memory) setTimeout(() => void storeSnapshot(snapshot, memory), CACHE_DELAY_MS);
    // Python that is busy from its first cell on may need it when the server is gone.
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

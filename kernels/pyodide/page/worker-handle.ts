/** A worker from its start until a kernel takes it over: Python may start before it is known for which kernel. */
import { signalMemory } from "../signals";
import "../assets/embedded-files";
import { keep, keeping } from "../assets/snapshot-cache";
import { watch } from "../worker-lock";
import { filesIn } from "../assets/manifest";
import { type Fetched, type Files, type FromWorker, type Options, SECONDARY, SNAPSHOT, type ToWorker } from "../protocol";

/** What is to be kept for the next visit waits so long for what this one waits for. */
const SOON = 1000; // milliseconds
/** By then, a kernel that is idle has all that it may call. */
const LATER = 5000;
const ENDED = "The kernel's worker has ended by itself, or the browser has ended it.";

export class Launch {
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
  #heard: FromWorker[] = [];
  #listener: ((message: FromWorker) => void) | null = null;

  constructor(manifest: unknown, fetched: Fetched | null = null, env: Options["env"] = {}) {
    this.fetched = fetched;
    const { worker, files, libraries } = filesIn(manifest);
    this.#files = files;
    const { wasmnbHeld: held = null } = window;
    const script = held?.get(worker.url);
    // A page from a disk may start what it holds itself as a classic worker only.
    this.#worker = script ? new Worker(URL.createObjectURL(script)) : new Worker(worker.url, { type: "module" });
    // Our worker sends nothing else.
    this.#worker.onmessage = ({ data }) => { this.#hear(data as FromWorker); };
    this.#worker.onerror = ({ message }) => {
      const reason = `The kernel's script could not be run${message ? ` (${message})` : ""}. Reload the page to try again.`;
      this.#hear({ type: "failed", reason });
    };
    this.tell({ type: "start", options: { lock: this.lock, files, libraries, held, fetched, keeping: held ? "never" : keeping(files[SNAPSHOT]), env, signal: this.signal } });
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
    this.#unwatch?.();
  }

  /** Once: from then on, code of cells could say so, too. */
  #booted(fetched: Fetched | null): void {
    this.#isBooted = true;
    this.fetched = fetched ?? this.fetched;
    if (fetched && !window.wasmnbHeld) this.#keep(fetched.snapshot);
  }

  /** What the page's first kernel has fetched is kept by the browser, for this visit and later ones. */
  #keep(memory: ArrayBuffer | null): void {
    const { [SNAPSHOT]: snapshot, [SECONDARY]: secondary } = this.#files;
    if (snapshot && memory) setTimeout(() => void keep(snapshot, memory), SOON);
    // Python that is busy from its first cell on may call it when the server is gone.
    if (secondary) setTimeout(() => void fetch(secondary.url).then((answer) => answer.arrayBuffer()).catch(() => undefined), LATER);
  }

  #hear(message: FromWorker): void {
    if (message.type === "holding") this.#unwatch ??= watch(this.lock, () => { this.#hear({ type: "failed", reason: ENDED }); });
    if (message.type === "booted" && !this.#isBooted) this.#booted(message.fetched);
    this.failed ||= message.type === "failed";
    if (this.#listener) this.#listener(message);
    else this.#heard.push(message);
  }
}

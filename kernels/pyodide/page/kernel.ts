/** The kernel that runs Python in a web worker of this page. */
import type { Copy, SharedOverlay } from "../../overlay";
import type { History, KernelProvider, KernelListener, KernelPort, KernelSpec, StartOptions } from "../../port";
import { sendSignal } from "../signals";
import type { WorkerHandle } from "./worker-handle";
import type { FromWorker, Key, KernelContext, Span } from "../protocol";
import { WorkerPool } from "./worker-pool";
import { publishSpans } from "../timeline";

export interface PyodideKernelConfig {
  /** The manifest of build/kernel/assets.py with URLs instead of paths; null where the build had no Pyodide. */
  readonly pyodide: unknown;
  readonly index: string | null;
  /** The base URL of the server whose contents are Python's files. */
  readonly root: string;
  /** Requests a key to the files of a folder; null where no key is needed. */
  readonly key: (path: string) => Promise<Key | null>;
  /** Calls back when keys have expired; the returned function unsubscribes. */
  readonly renewed: (renew: () => void) => () => void;
  /** The files of a site; null where a server has the files. */
  readonly site: SharedOverlay | null;
  /** The stored cells of a folder. */
  readonly history: (kind: string, path: string) => History;
}

/** A kernel that has not reacted to an interrupt by then is reported as stuck. */
const INTERRUPT_TIMEOUT_MS = 2000;

export function pyodideKernel({ pyodide, index, root, key, renewed, site, history }: PyodideKernelConfig): KernelProvider {
  const pool = new WorkerPool(pyodide);
  const start = ({ id, path, env }: StartOptions, listener: KernelListener): KernelPort => {
    const kernel = new PyodideKernel(pool.acquire(env), site, history(SPEC.name, path), id, listener);
    const die = (error: unknown): void => { kernel.die(error instanceof Error ? error.message : String(error)); };
    key(path).then((key) => { kernel.enter({ root, path, key, env, index }); }, die);
    kernel.onClose(renewed(() => void key(path).then((key) => { kernel.renew(key); }, die)));
    return kernel;
  };
  return { spec: SPEC, start, prepare: () => { pool.prepare(); }, discard: () => { pool.discard(); } };
}

const SPEC: KernelSpec = {
  name: "python-wasm",
  spec: {
    argv: [],
    display_name: "Python (WebAssembly)",
    language: "python",
    interrupt_mode: "signal",
    env: {},
    metadata: {},
  },
  resources: {},
};

class PyodideKernel implements KernelPort {
  readonly #started = performance.now();
  readonly #closeCallbacks: (() => void)[] = [];
  #interruptTimer: ReturnType<typeof setTimeout> | undefined;
  #stuck = false;
  readonly #forwardCopy = (copy: Copy): void => { this.worker.send({ type: "copy", copy }); };

  constructor(
    private readonly worker: WorkerHandle,
    private readonly site: SharedOverlay | null,
    private readonly history: History,
    private readonly id: string,
    private readonly listener: KernelListener,
  ) {
    worker.listen((message) => { this.#onMessage(message); });
  }

  /** Makes the worker a kernel in this context, and subscribes it to changes of a site's files. */
  enter(place: Omit<KernelContext, "site">): void {
    if (this.site) this.onClose(this.site.listen(this.#forwardCopy));
    this.worker.send({ type: "enter", context: { ...place, site: this.site?.state() ?? null } });
    void this.history.begin().then((cells) => { this.worker.send({ type: "history", cells }); });
  }

  /** Sends the worker another key to its files. */
  renew(key: Key | null): void {
    if (key) this.worker.send({ type: "key", key });
  }

  /** Registers a callback for the end of the kernel. */
  onClose(callback: () => void): void {
    this.#closeCallbacks.push(callback);
  }

  die(reason: string): void {
    this.close();
    this.listener.died(reason);
  }

  send(client: string, bytes: ArrayBuffer): void {
    this.worker.send({ type: "message", client, bytes }, [bytes]);
  }

  interrupt(): void {
    if (this.worker.signal) sendSignal(this.worker.signal);
    this.worker.send({ type: "interrupt" });
    this.#interruptTimer ??= setTimeout(() => { this.#setStuck(true); }, INTERRUPT_TIMEOUT_MS);
  }

  close(): void {
    this.worker.terminate();
    clearTimeout(this.#interruptTimer);
    for (const leave of this.#closeCallbacks) leave();
  }

  #onMessage(message: FromWorker): void {
    switch (message.type) {
      case "message":
        this.listener.message(message.client, message.bytes);
        break;
      case "copy":
        this.site?.take(message.copy, this.#forwardCopy);
        break;
      case "cell":
        this.history.keep(message.cell);
        break;
      case "interrupted":
        clearTimeout(this.#interruptTimer);
        this.#interruptTimer = undefined;
        this.#setStuck(false);
        break;
      case "progress":
        this.listener.progress(message.progress);
        break;
      case "timeline":
        this.#show(message.spans);
        break;
      case "ready":
        this.#ready();
        break;
      case "failed":
        this.die(message.reason);
        break;
    }
  }

  #show(spans: readonly Span[]): void {
    publishSpans(spans, { kernel: this.id, worker: this.worker.lock });
  }

  #setStuck(is: boolean): void {
    if (this.#stuck !== is) this.listener.stuck(is);
    this.#stuck = is;
  }

  #ready(): void {
    const { timeOrigin } = performance;
    this.#show([{ name: "from asking for a kernel until it is ready", start: timeOrigin + this.#started, end: timeOrigin + performance.now() }]);
    this.listener.ready();
  }
}

/** The kind of kernel that runs Python in a web worker of this page. */
import type { Copy, SharedOverlay } from "../../overlay";
import type { History, KernelKind, KernelListener, KernelPort, KernelSpec, StartOptions } from "../../port";
import { raise } from "../signals";
import type { Launch } from "./worker-handle";
import type { FromWorker, Key, Place, Span } from "../protocol";
import { Stock } from "./worker-pool";
import { show } from "../timeline";

export interface Config {
  /** The manifest that build/kernel/assets.py writes, with URLs in place of its paths; null in a copy that was built without. */
  readonly pyodide: unknown;
  readonly index: string | null;
  /** The root of the server whose contents are Python's files. */
  readonly root: string;
  /** Asks for what lets a kernel that works in a folder reach its files; null where that takes no key. */
  readonly key: (path: string) => Promise<Key | null>;
  /** Calls back when such keys open nothing any more, until what is returned is called. */
  readonly renewed: (renew: () => void) => () => void;
  /** The files of a site; null where a server has the files. */
  readonly site: SharedOverlay | null;
  /** Where the cells of a folder are kept. */
  readonly history: (kind: string, path: string) => History;
}

const PATIENCE = 2000; // milliseconds in which a kernel has to hear an interrupt

export function pyodideKernel({ pyodide, index, root, key, renewed, site, history }: Config): KernelKind {
  const stock = new Stock(pyodide);
  const start = ({ id, path, env }: StartOptions, listener: KernelListener): KernelPort => {
    const kernel = new PyodideKernel(stock.take(env), site, history(SPEC.name, path), id, listener);
    const die = (error: unknown): void => { kernel.die(error instanceof Error ? error.message : String(error)); };
    key(path).then((key) => { kernel.enter({ root, path, key, env, index }); }, die);
    kernel.leaving(renewed(() => void key(path).then((key) => { kernel.renew(key); }, die)));
    return kernel;
  };
  return { spec: SPEC, start, prepare: () => { stock.prepare(); }, discard: () => { stock.discard(); } };
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
  readonly #leaving: (() => void)[] = [];
  #patience: ReturnType<typeof setTimeout> | undefined;
  #stuck = false;
  readonly #copied = (copy: Copy): void => { this.launch.tell({ type: "copy", copy }); };

  constructor(
    private readonly launch: Launch,
    private readonly site: SharedOverlay | null,
    private readonly history: History,
    private readonly id: string,
    private readonly listener: KernelListener,
  ) {
    launch.hear((message) => { this.#hear(message); });
  }

  /** From here on, the worker hears of every change to a site's files. */
  enter(place: Omit<Place, "site">): void {
    if (this.site) this.leaving(this.site.listen(this.#copied));
    this.launch.tell({ type: "enter", place: { ...place, site: this.site?.state() ?? null } });
    void this.history.begin().then((cells) => { this.launch.tell({ type: "history", cells }); });
  }

  /** Gives it another key to its files. */
  renew(key: Key | null): void {
    if (key) this.launch.tell({ type: "key", key });
  }

  /** What is to be done when it ends. */
  leaving(leave: () => void): void {
    this.#leaving.push(leave);
  }

  die(reason: string): void {
    this.close();
    this.listener.died(reason);
  }

  send(client: string, bytes: ArrayBuffer): void {
    this.launch.tell({ type: "message", client, bytes }, [bytes]);
  }

  interrupt(): void {
    if (this.launch.signal) raise(this.launch.signal);
    this.launch.tell({ type: "interrupt" });
    this.#patience ??= setTimeout(() => { this.#setStuck(true); }, PATIENCE);
  }

  close(): void {
    this.launch.end();
    clearTimeout(this.#patience);
    for (const leave of this.#leaving) leave();
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "message":
        this.listener.message(message.client, message.bytes);
        break;
      case "copy":
        this.site?.take(message.copy, this.#copied);
        break;
      case "cell":
        this.history.keep(message.cell);
        break;
      case "interrupted":
        clearTimeout(this.#patience);
        this.#patience = undefined;
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
    show(spans, { kernel: this.id, worker: this.launch.lock });
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

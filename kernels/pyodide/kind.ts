/** The kind of kernel that runs Python in a web worker of this page. */
import type { Copy } from "../tree";
import type { History, KernelKind, KernelListener, KernelPort, KernelSpec, StartOptions } from "../port";
import { raise, signalMemory } from "./blocking";
import { watch } from "./life";
import { type File, FILES, type Files, type FromWorker, type Key, type Options, type ToWorker, WORKER } from "./protocol";
import type { Shared } from "./site";
import { show } from "./timeline";

export interface Config {
  /** The manifest that build/kernel.py writes, with URLs in place of its paths; null in a copy that was built without. */
  readonly pyodide: unknown;
  readonly index: string | null;
  /** The root of the server whose contents are Python's files. */
  readonly root: string;
  /** Asks for what lets a kernel that works in a folder reach its files; null where that takes no key. */
  readonly key: (path: string) => Promise<Key | null>;
  /** The files of a site; null where a server has the files. */
  readonly site: Shared | null;
  /** Where the cells of a folder are kept. */
  readonly history: (kind: string, path: string) => History;
}

const PATIENCE = 2000; // milliseconds in which a kernel has to hear an interrupt

export function pyodideKernel(config: Config): KernelKind {
  return { spec: SPEC, start: (options, listener) => new PyodideKernel(config, options, listener) };
}

const ENDED = "The kernel's worker has ended by itself, or the browser has ended it.";

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
  readonly #worker: Worker;
  readonly #signal = signalMemory();
  readonly #site: Shared | null;
  readonly #history: History;
  // Over plain HTTP from another computer, browsers make no UUIDs.
  readonly #lock = `wasmnb kernel ${performance.timeOrigin} ${Math.random()}`;
  #leave: (() => void) | undefined;
  #unwatch: (() => void) | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #stuck = false;
  readonly #copied = (copy: Copy): void => { this.#tell({ type: "copy", copy }); };

  constructor(
    { pyodide, index, root, key, site, history }: Config,
    { path, env }: StartOptions,
    private readonly listener: KernelListener,
  ) {
    this.#worker = new Worker(file(pyodide, WORKER).url, { type: "module" });
    // Our worker sends nothing else.
    this.#worker.onmessage = ({ data }) => { this.#hear(data as FromWorker); };
    this.#worker.onerror = ({ message }) => {
      this.#die(`The kernel's script could not be run${message ? ` (${message})` : ""}. Reload the page to try again.`);
    };
    this.#site = site;
    this.#history = history(SPEC.name, path);
    const options = { lock: this.#lock, files: files(pyodide), root, path, env, index, signal: this.#signal };
    key(path).then(
      (key) => { this.#start({ ...options, key }); },
      (error: unknown) => { this.#die(error instanceof Error ? error.message : String(error)); },
    );
  }

  send(client: string, bytes: ArrayBuffer): void {
    this.#tell({ type: "message", client, bytes }, [bytes]);
  }

  interrupt(): void {
    if (this.#signal) raise(this.#signal);
    this.#tell({ type: "interrupt" });
    this.#patience ??= setTimeout(() => { this.#setStuck(true); }, PATIENCE);
  }

  close(): void {
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
    clearTimeout(this.#patience);
    this.#unwatch?.();
    this.#leave?.();
  }

  /** From here on, the worker hears of every change to a site's files. */
  #start(options: Omit<Options, "site">): void {
    this.#leave = this.#site?.listen(this.#copied);
    this.#tell({ type: "start", options: { ...options, site: this.#site?.snapshot() ?? null } });
    void this.#history.begin().then((cells) => { this.#tell({ type: "history", cells }); });
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "message":
        this.listener.message(message.client, message.bytes);
        break;
      case "copy":
        this.#site?.take(message.copy, this.#copied);
        break;
      case "cell":
        this.#history.keep(message.cell);
        break;
      case "interrupted":
        clearTimeout(this.#patience);
        this.#patience = undefined;
        this.#setStuck(false);
        break;
      case "progress":
        this.listener.progress(message.progress);
        break;
      case "ready":
        show(message.timeline);
        this.#unwatch = watch(this.#lock, () => { this.#die(ENDED); });
        this.listener.ready();
        break;
      case "failed":
        this.#die(message.reason);
        break;
    }
  }

  #setStuck(is: boolean): void {
    if (this.#stuck !== is) this.listener.stuck(is);
    this.#stuck = is;
  }

  #die(reason: string): void {
    this.close();
    this.listener.died(reason);
  }

  #tell(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

function files(manifest: unknown): Files {
  // Every name of Files is among FILES.
  return Object.fromEntries(FILES.map((name) => [name, file(manifest, name)])) as Files;
}

/** A file of the manifest, with an absolute URL. */
function file(manifest: unknown, name: string): File {
  const files = isObject(manifest) ? manifest.files : undefined;
  const found = isObject(files) ? files[name] : undefined;
  if (isObject(found) && typeof found.path === "string" && typeof found.bytes === "number")
    return { url: new URL(found.path, document.baseURI).href, bytes: found.bytes };
  throw new Error(`The page's configuration has no place for ${name}; build wasmnb's assets again.`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

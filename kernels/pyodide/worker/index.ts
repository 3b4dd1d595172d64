/** The worker's entry: starts Python, passes it the page's messages, and posts its answers to the page. */
import type { PyodideAPI } from "pyodide";
import { SignalBuffer, sendSignal } from "../signals";
import type { Cell } from "../../port";
import { boot, type Booted } from "./boot";
import { filesOf } from "./pyodide-loader";
import { ContentsBackend } from "../fs/contents-backend";
import type { FileSystem } from "../fs/emscripten";
import { checkReadable } from "../assets/embedded-files";
import { holdLock } from "../worker-lock";
import { mountBackend } from "../fs/drivefs";
import type { FromWorker, Key, Options, KernelContext, ToWorker } from "../protocol";
import { CachingBackend } from "../fs/caching-backend";
import { SiteBackend } from "../fs/site-backend";
import { now, Timeline } from "../timeline";

/** The worker's global scope; TypeScript's library for workers conflicts with that for pages. */
declare const self: {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
  addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
  addEventListener(type: "unhandledrejection", listener: (event: PromiseRejectionEvent) => void): void;
};

/** The module wasmnb_kernel.hosts.browser. */
interface Browser {
  readonly start: (page: Page) => Core;
}

/** The module os. */
interface Os {
  readonly environ: { set(name: string, value: string): void };
}

/** The class wasmnb_kernel.hosts.browser.Browser. */
interface Core {
  receive(bytes: Uint8Array, client: string): void;
  interrupt(): void;
  complain(sentence: string): void;
  /** Loads the cells of earlier sessions. */
  recall(cells: readonly Cell[]): void;
  /** Publishes the lines of `Page.printed`. */
  show(): void;
}

/** The page's interface for Python (js_types.py). */
interface Page {
  readonly index: string | null;
  readonly env: Readonly<Record<string, string>>;
  send(bytes: Uint8Array<ArrayBuffer>, client: string | undefined): void;
  sleep(seconds: number): void;
  /** Sends Python a SIGIO after that time, if it is busy then. */
  wake(seconds: number): void;
  signal(): void;
  /** Output to file descriptors since the last call, if any; Python publishes it before anything else. */
  printed(): readonly Line[] | undefined;
  /** Stores a cell for later sessions. */
  keep(cell: Cell): void;
  fail(reason: string): void;
}

type Line = readonly [stream: "stdout" | "stderr", text: string];

/** A started Python that can become a kernel. */
interface PythonReady extends Booted {
  readonly browser: Browser;
  readonly signal: SharedArrayBuffer | null;
}

interface Kernel {
  readonly core: Core;
  readonly blocking: SignalBuffer;
  readonly site: SiteBackend | null;
  /** Uses another key to the files from now on. */
  readonly renew: (key: Key) => void;
}

const DRIVE = "/drive";
const KEY = "WASMNB_KEY";
/** The delay of loading the library after a cell, while the page may be busy showing its output. */
const IDLE_AFTER_CELL_MS = 2000;
/** The same before the first cell, which the user may run any moment. */
const IDLE_AFTER_START_MS = 4000;

const timeline = new Timeline();
let python: Promise<PythonReady> | undefined;
let kernel: Promise<Kernel> | undefined;
let running = false;
let isUsed = false;
let filling: ReturnType<typeof setTimeout> | undefined;
const printed: Line[] = [];

self.addEventListener("message", ({ data }) => {
  switch (data.type) {
    case "start":
      python = start(data.options);
      python.catch(fail);
      break;
    case "prepare":
      python?.then(({ loadLibrary }) => loadLibrary()).catch(reportError);
      break;
    case "enter":
      if (!python) break; // the page sends "start" first
      kernel = enter(python, data.context);
      kernel.then(onStarted, fail);
      break;
    case "message":
      loadLibrarySoon();
      withKernel(({ core }) => { core.receive(new Uint8Array(data.bytes), data.client); });
      break;
    case "copy":
      withKernel(({ site }) => { site?.apply(data.copy); });
      break;
    case "key":
      withKernel(({ renew }) => { renew(data.key); });
      break;
    case "history":
      withKernel(({ core }) => { core.recall(data.cells); });
      break;
    case "interrupt":
      post({ type: "interrupted" });
      withKernel(({ core, blocking }) => { if (blocking.isPending()) core.interrupt(); });
      break;
  }
});
self.addEventListener("error", (event) => { event.preventDefault(); reportError(uncaughtText(event.error ?? event.message)); });
self.addEventListener("unhandledrejection", (event) => { event.preventDefault(); reportError(uncaughtText(event.reason)); });

/** Starts Python, which becomes a kernel later. */
async function start(options: Options): Promise<PythonReady> {
  await holdLock(options.lock);
  post({ type: "holding" });
  if (options.embedded) await checkReadable(options.embedded);
  const booted = await boot(options, { ...PRINT, ended: fail }, timeline, (progress) => { if (!running) post({ type: "progress", progress }); });
  const { pyodide, fetched } = booted;
  onFatal(pyodide, (error) => { fail(crashText(error)); });
  const browser = timeline.time("import the core", () => pyodide.pyimport("wasmnb_kernel.hosts.browser") as Browser);
  const first = options.fetched ? null : fetched;
  post({ type: "booted", fetched: first }, first?.snapshot ? [first.snapshot] : []);
  return { ...booted, browser, signal: options.signal };
}

/** Makes the started Python a kernel. */
async function enter(python: Promise<PythonReady>, { root, site, path, key, env, index }: KernelContext): Promise<Kernel> {
  const { pyodide, browser, signal } = await python;
  const startTime = now();
  const blocking = new SignalBuffer(pyodide, signal);
  const tree = site && new SiteBackend(root, site, (copy) => { post({ type: "copy", copy }); });
  // Only from here on, imports search a remote folder.
  const contents = new ContentsBackend(root, key, PRINT.stderr);
  mount(filesOf(pyodide), new CachingBackend(tree ?? contents), path);
  const page: Page = {
    index,
    env: { LANG: `${navigator.language.replace("-", "_")}.UTF-8`, ...environment({ env, key }) },
    send: (bytes, client) => { post({ type: "message", client: client ?? null, bytes: bytes.buffer }, [bytes.buffer]); },
    sleep: (seconds) => { blocking.sleep(seconds); },
    wake: (seconds) => { blocking.wake(seconds); },
    signal: () => { if (signal) sendSignal(signal); },
    keep: (cell) => {
      isUsed = true;
      loadLibrarySoon();
      post({ type: "cell", cell });
    },
    printed: () => (printed.length > 0 ? printed.splice(0) : undefined),
    fail,
  };
  const core = browser.start(page);
  timeline.record("start the core", startTime);
  const renew = (key: Key): void => {
    contents.setKey(key);
    (pyodide.pyimport("os") as Os).environ.set(KEY, key.key);
  };
  return { core, blocking, site: tree, renew };
}

function onStarted(): void {
  running = true;
  postTimeline();
  post({ type: "ready" });
  loadLibrarySoon();
}

/** Loads the library once the kernel is idle. */
function loadLibrarySoon(): void {
  clearTimeout(filling);
  if (running) filling = setTimeout(() => { python?.then(({ loadLibrary }) => loadLibrary()).then(postTimeline, reportError); }, isUsed ? IDLE_AFTER_CELL_MS : IDLE_AFTER_START_MS);
}

function postTimeline(): void {
  post({ type: "timeline", spans: timeline.spans.splice(0) });
}

function mount(FS: FileSystem, files: CachingBackend, path: string): void {
  try {
    mountBackend(FS, DRIVE, files, reportError);
    FS.chdir(path ? `${DRIVE}/${path}` : DRIVE);
  } catch (error) {
    throw new Error(`The notebook's folder ${JSON.stringify(path)} could not be opened. Check that it still exists.`, { cause: error });
  }
}

/** Registers a callback for fatal errors of Pyodide, after which Python cannot be used. */
function onFatal(pyodide: PyodideAPI, report: (error: unknown) => void): void {
  // A hook of Pyodide's fatal_error without a public name.
  (pyodide as unknown as { _api: { on_fatal?: (error: unknown) => void } })._api.on_fatal = report;
}

/** Queues a line that Python or C has written to a file descriptor; the core is called when that code has returned. */
function print(stream: Line[0], line: string): void {
  printed.push([stream, `${line}\n`]);
  if (running) withKernel(({ core }) => { core.show(); });
  else console.info(line);
}

/** The variables for `os.environ`, with the key, so that Python can send requests to the server itself. */
function environment({ env, key }: Pick<KernelContext, "env" | "key">): KernelContext["env"] {
  return key ? { ...env, [KEY]: key.key } : env;
}

const PRINT = {
  stdout: (line: string): void => { print("stdout", line); },
  stderr: (line: string): void => { print("stderr", line); },
};

/** Calls back with the kernel once it has started. */
function withKernel(hand: (kernel: Kernel) => void): void {
  kernel?.then(hand).catch(reportError);
}

/** Reports an error outside of Python: it ends a starting kernel; a running one shows it among its output. */
function reportError(error: unknown): void {
  if (kernel === undefined) fail(error);
  else kernel.then(({ core }) => { core.complain(errorText(error)); }).catch(fail);
}

function fail(error: unknown): void {
  post({ type: "failed", reason: errorText(error) });
}

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

const uncaughtText = (error: unknown): string => `JavaScript code in the kernel failed: ${errorText(error)}`;

/** The reason of a fatal error; an exit (os._exit in Python) has a status. */
function crashText(error: unknown): string {
  const { status } = error as { readonly status?: number };
  return status === undefined ? `Python crashed: ${errorText(error)}` : `Python ended itself with exit code ${status}.`;
}

/** The message of an error; Emscripten also throws objects that are not instances of Error. */
const errorText = (error: unknown): string => String((error as { readonly message?: unknown } | null)?.message ?? error);

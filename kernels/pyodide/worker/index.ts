/** The worker's entry: it starts Python, hands it what the page sends, and tells the page what Python says. */
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

/** What of a worker's global scope is used here; TypeScript's library for it does not go with that of pages. */
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

/** What `start` returns. */
interface Core {
  receive(bytes: Uint8Array, client: string): void;
  interrupt(): void;
  complain(sentence: string): void;
  /** Takes the cells of earlier sessions. */
  recall(cells: readonly Cell[]): void;
  /** Shows what `Page.printed` has. */
  show(): void;
}

/** What Python is given to reach the page by. */
interface Page {
  readonly index: string | null;
  readonly env: Readonly<Record<string, string>>;
  send(bytes: Uint8Array<ArrayBuffer>, client: string | undefined): void;
  sleep(seconds: number): void;
  /** Sends a SIGIO after that time, should Python be busy then. */
  wake(seconds: number): void;
  signal(): void;
  /** What was written to file descriptors since the last call, if something was; Python shows it before anything else. */
  printed(): readonly Line[] | undefined;
  /** Keeps a cell for sessions to come. */
  keep(cell: Cell): void;
  fail(reason: string): void;
}

type Line = readonly [stream: "stdout" | "stderr", text: string];

/** Python that can become a kernel. */
interface PythonReady extends Booted {
  readonly browser: Browser;
  readonly signal: SharedArrayBuffer | null;
}

interface Kernel {
  readonly core: Core;
  readonly blocking: SignalBuffer;
  readonly site: SiteBackend | null;
  /** Has it use another key to its files. */
  readonly renew: (key: Key) => void;
}

const DRIVE = "/drive";
const KEY = "WASMNB_KEY";
const IDLE_AFTER_CELL_MS = 2000; // milliseconds, in which a busy page may still have to show what a cell has put out
const IDLE_AFTER_START_MS = 4000; // and in which someone who has just come to the page may run a first cell

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
      if (!python) break; // the page starts it first
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

/** Starts Python, before it is known for which kernel. */
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

/** Makes the Python that is there a kernel. */
async function enter(python: Promise<PythonReady>, { root, site, path, key, env, index }: KernelContext): Promise<Kernel> {
  const { pyodide, browser, signal } = await python;
  const begun = now();
  const blocking = new SignalBuffer(pyodide, signal);
  const tree = site && new SiteBackend(root, site, (copy) => { post({ type: "copy", copy }); });
  // Imports before this look into no remote folder.
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
  timeline.record("start the core", begun);
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

/** What the kernel does not need at once is fetched when a cell has run, or nobody is about to run one. */
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
    throw new Error(`The notebook's folder ${JSON.stringify(path)} could not be opened; is it still there?`, { cause: error });
  }
}

/** Has a fatal error of Pyodide reported, after which Python is of no use. */
function onFatal(pyodide: PyodideAPI, report: (error: unknown) => void): void {
  // The hook that Pyodide's own fatal_error looks for; it has no public name.
  (pyodide as unknown as { _api: { on_fatal?: (error: unknown) => void } })._api.on_fatal = report;
}

/** A line was written to a file descriptor, by Python code or by C, which has to go on before the core can be called. */
function print(stream: Line[0], line: string): void {
  printed.push([stream, `${line}\n`]);
  if (running) withKernel(({ core }) => { core.show(); });
  else console.info(line);
}

/** What Python finds in `os.environ`; the key, so that it can itself ask the server for what its files open. */
function environment({ env, key }: Pick<KernelContext, "env" | "key">): KernelContext["env"] {
  return key ? { ...env, [KEY]: key.key } : env;
}

const PRINT = {
  stdout: (line: string): void => { print("stdout", line); },
  stderr: (line: string): void => { print("stderr", line); },
};

/** Hands the kernel something once it is there. */
function withKernel(hand: (kernel: Kernel) => void): void {
  kernel?.then(hand).catch(reportError);
}

/** What went wrong outside of Python ends a kernel that is starting; one that runs shows it among its output. */
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

/** What it means that Pyodide gave up; it tells an exit, which is os._exit in Python, by its status. */
function crashText(error: unknown): string {
  const { status } = error as { readonly status?: number };
  return status === undefined ? `Python crashed: ${errorText(error)}` : `Python ended itself with exit code ${status}.`;
}

/** Emscripten throws objects that are like errors, without being any. */
const errorText = (error: unknown): string => String((error as { readonly message?: unknown } | null)?.message ?? error);

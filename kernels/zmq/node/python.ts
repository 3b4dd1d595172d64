/** Python in a thread of Node: it starts from the same files as in a browser, and has access to one folder or none. */
import { constants, mkdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { loadPyodide, PyodideAPI } from "pyodide";
import { SignalBuffer, sendSignal } from "../../pyodide/signals";
import type { FileSystem } from "../../pyodide/fs/emscripten";
import { stdlibFolder, StdlibFiles } from "../../pyodide/fs/stdlib";
import type { SymbolTables } from "../../pyodide/wasm/deferred-module";
import type { PipeMessage } from "./pipe-protocol";
import { loadWholeProgram } from "./whole-program";

/** The folders and paths that it starts with. */
export interface Folders {
  /** Pyodide's files, under the names that it looks for. */
  readonly pyodide: string;
  /** The packages that cells import. */
  readonly assets: string;
  /** The folder of this machine that Python can access. */
  readonly folder: string | null;
  /** Python's working folder in it. */
  readonly path: string;
}

/** The module wasmnb_kernel.hosts.node. */
interface Module {
  readonly start: (thread: Thread) => Core;
}

/** The class wasmnb_kernel.hosts.browser.Browser. */
interface Core {
  receive(bytes: Uint8Array, client: string): void;
  interrupt(): void;
  /** Publishes the lines of `Thread.printed`. */
  show(): void;
}

type Line = readonly [stream: "stdout" | "stderr", text: string];
type Print = Pick<NonNullable<Parameters<typeof loadPyodide>[0]>, "stdout" | "stderr">;

const DRIVE = "/drive";

/** Runs Python in this thread, for as long as the process lives. */
export async function run(folders: Folders, signal: SharedArrayBuffer, port: MessagePort): Promise<void> {
  const thread = new Thread(port, signal);
  try {
    const pyodide = await boot(folders, thread.print);
    // A hook of Pyodide's fatal_error without a public name.
    (pyodide as unknown as { _api: { on_fatal?: (error: unknown) => void } })._api.on_fatal = thread.fail;
    enter(pyodide, folders);
    thread.begin(pyodide);
  } catch (error) {
    thread.fail(error);
  }
}

/** The thread's interface for Python (hosts/node.py). */
class Thread {
  readonly index = null;
  readonly env = {};
  #core: Core | undefined;
  #blocking: SignalBuffer | undefined;
  #printed: Line[] = [];
  readonly #taken = new Set<PipeMessage>();

  constructor(
    private readonly port: MessagePort,
    private readonly memory: SharedArrayBuffer,
  ) {}

  /** Callbacks for output to file descriptors. */
  readonly print: Print = {
    stdout: (line) => { this.#print("stdout", line); },
    stderr: (line) => { this.#print("stderr", line); },
  };

  readonly fail = (reason: unknown): void => {
    this.#post("failed", "", new TextEncoder().encode(sentence(reason)));
  };

  begin(pyodide: PyodideAPI): void {
    this.#core = (pyodide.pyimport("wasmnb_kernel.hosts.node") as Module).start(this);
    // Only now, as a signal must not interrupt Python's start.
    this.#blocking = new SignalBuffer(pyodide, this.memory);
    this.#blocking.isPending();
    this.port.on("message", (message: PipeMessage) => { this.#dispatch(message); });
  }

  send(bytes: Uint8Array<ArrayBuffer>, client?: string): void {
    this.#post("message", client ?? "", bytes);
  }

  sleep(seconds: number): void {
    this.#blocking?.sleep(seconds);
  }

  wake(seconds: number): void {
    this.#blocking?.wake(seconds);
  }

  /** Sends the signal again in a moment. */
  signal(): void {
    sendSignal(this.memory);
  }

  printed(): readonly Line[] | undefined {
    return this.#printed.length > 0 ? this.#printed.splice(0) : undefined;
  }

  /** The next message while Python blocks this thread; it is dispatched later, unless Python calls `done`. Signals come by shared memory. */
  take(): PipeMessage | undefined {
    // The main thread sends nothing else.
    const { message } = (receiveMessageOnPort(this.port) ?? {}) as { readonly message?: PipeMessage };
    if (!message || message.kind === "signal") return undefined;
    this.#taken.add(message);
    queueMicrotask(() => { if (this.#taken.delete(message)) this.#dispatch(message); });
    return message;
  }

  /** Drops a message that Python has consumed. Without this call, as after an interrupt, it is dispatched. */
  done(message: PipeMessage): void {
    this.#taken.delete(message);
  }

  #dispatch({ kind, client, bytes }: PipeMessage): void {
    // A signal that is still pending has met no busy code: the message interrupts instead.
    const pending = kind !== "message" && this.#blocking?.isPending();
    if (kind !== "signal") this.#core?.receive(bytes, client);
    else if (pending) this.#core?.interrupt();
  }

  #print(stream: Line[0], line: string): void {
    this.#printed.push([stream, `${line}\n`]);
    setImmediate(() => { this.#core?.show(); });
  }

  #post(kind: PipeMessage["kind"], client: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.port.postMessage({ kind, client, bytes } satisfies PipeMessage, [bytes.buffer]);
  }
}

async function boot({ pyodide, assets }: Folders, print: Print): Promise<PyodideAPI> {
  // Emscripten reads fs constants through process.binding, which Node's permission model blocks. https://nodejs.org/api/permissions.html
  Object.assign(process, { binding: () => ({ fs: constants }) });
  const join = loadWholeProgram(pyodide);
  // The export of Pyodide's file.
  const { loadPyodide: load } = (await import(/* webpackIgnore: true */ pathToFileURL(`${pyodide}/pyodide.mjs`).href)) as { loadPyodide: typeof loadPyodide };
  const home = stdlibFolder(readFileSync(`${pyodide}/pyodide-lock.json`, "utf8"));
  const sources = readFileSync(`${pyodide}/sources.zip`);
  const lay = (FS: FileSystem): void => {
    const source = { read: (start: number, size: number) => new Uint8Array(sources.subarray(start, start + size)) };
    const library = new StdlibFiles(FS, home, source);
    for (const name of ["library.zip", "core.zip"]) library.unpack(new Uint8Array(readFileSync(`${pyodide}/${name}`)));
  };
  const python = await load({
    indexURL: `${pyodide}/`,
    packageBaseUrl: `${assets}/`,
    packageCacheDir: `${assets}/`, // by this name before Pyodide 314
    env: { PYTHONPATH: home, HOME: DRIVE },
    ...print,
    // Emscripten's declarations lack parts of its file system.
    fsInit: (FS: unknown) => { lay(FS as FileSystem); return Promise.resolve(); },
  });
  // Pyodide's declarations lack it.
  join((python as unknown as { readonly _module: SymbolTables })._module);
  return python;
}

function enter(pyodide: PyodideAPI, { folder, path }: Folders): void {
  // Pyodide's declarations use the type of FS without declaring it.
  const { FS } = pyodide as unknown as { FS: FileSystem };
  FS.mkdirTree(DRIVE);
  if (folder !== null) {
    mkdirSync(folder, { recursive: true });
    pyodide.mountNodeFS(DRIVE, folder);
  }
  FS.chdir(path ? `${DRIVE}/${path}` : DRIVE);
}

/** The message of an error; Emscripten also throws objects that are not instances of Error. */
const sentence = (error: unknown): string => String((error as { readonly message?: unknown } | null)?.message ?? error);

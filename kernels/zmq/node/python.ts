/** Python in a thread of Node: it starts from the same files as in a browser, and sees one folder or none. */
import { constants, mkdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { loadPyodide, PyodideAPI } from "pyodide";
import { SignalBuffer, sendSignal } from "../../pyodide/signals";
import type { FileSystem } from "../../pyodide/fs/emscripten";
import { stdlibFolder, StdlibFiles } from "../../pyodide/fs/stdlib";
import type { RangeReader } from "../../pyodide/assets/sync-request";
import type { SymbolTables } from "../../pyodide/wasm/deferred-module";
import type { PipeMessage } from "./pipe-protocol";
import { loadWholeProgram } from "./whole-program";

/** What it starts from. */
export interface Folders {
  /** Where Pyodide's own files are, under the names that it knows. */
  readonly pyodide: string;
  /** Where the packages are that cells import. */
  readonly assets: string;
  /** What Python sees of this machine's files. */
  readonly folder: string | null;
  /** The folder in it that Python works in. */
  readonly path: string;
}

/** The module wasmnb_kernel.hosts.node. */
interface Module {
  readonly start: (thread: Thread) => Core;
}

/** What `start` returns. */
interface Core {
  receive(bytes: Uint8Array, client: string): void;
  interrupt(): void;
  /** Shows what `Thread.printed` has. */
  show(): void;
}

type Line = readonly [stream: "stdout" | "stderr", text: string];
type Print = Pick<NonNullable<Parameters<typeof loadPyodide>[0]>, "stdout" | "stderr">;

const DRIVE = "/drive";

/** Runs Python in this thread, for as long as the process lives. */
export async function run(places: Folders, signal: SharedArrayBuffer, port: MessagePort): Promise<void> {
  const thread = new Thread(port, signal);
  try {
    const pyodide = await boot(places, thread.print);
    // The hook that Pyodide's own fatal_error looks for; it has no public name.
    (pyodide as unknown as { _api: { on_fatal?: (error: unknown) => void } })._api.on_fatal = thread.fail;
    enter(pyodide, places);
    thread.begin(pyodide);
  } catch (error) {
    thread.fail(error);
  }
}

/** The thread, as Python reaches it. */
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

  /** What Python writes to its file descriptors. */
  readonly print: Print = {
    stdout: (line) => { this.#print("stdout", line); },
    stderr: (line) => { this.#print("stderr", line); },
  };

  readonly fail = (reason: unknown): void => {
    this.#post("failed", "", new TextEncoder().encode(sentence(reason)));
  };

  begin(pyodide: PyodideAPI): void {
    this.#core = (pyodide.pyimport("wasmnb_kernel.hosts.node") as Module).start(this);
    // Not before, as a signal must not meet Python's start.
    this.#blocking = new SignalBuffer(pyodide, this.memory);
    this.#blocking.isPending();
    this.port.on("message", (said: PipeMessage) => { this.#dispatch(said); });
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

  /** Has the signal that has come come again in a moment. */
  signal(): void {
    sendSignal(this.memory);
  }

  printed(): readonly Line[] | undefined {
    return this.#printed.length > 0 ? this.#printed.splice(0) : undefined;
  }

  /** The next message, while Python keeps this thread waiting: handed on when it does not any more. Of a signal, the shared memory tells it. */
  take(): PipeMessage | undefined {
    // The other thread sends nothing else.
    const { message } = (receiveMessageOnPort(this.port) ?? {}) as { readonly message?: PipeMessage };
    if (!message || message.kind === "signal") return undefined;
    this.#taken.add(message);
    queueMicrotask(() => { if (this.#taken.delete(message)) this.#dispatch(message); });
    return message;
  }

  /** What Python waited for is not handed on. Until it says so, an interrupt may have it forget what it took. */
  done(said: PipeMessage): void {
    this.#taken.delete(said);
  }

  #dispatch({ kind, client, bytes }: PipeMessage): void {
    // A signal that is still there has met no busy code: what comes with it does its work.
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
  // Emscripten asks for numbers in a way that Node's permissions close. https://nodejs.org/api/permissions.html
  Object.assign(process, { binding: () => ({ fs: constants }) });
  const join = loadWholeProgram(pyodide);
  // It is what Pyodide's own file exports.
  const { loadPyodide: load } = (await import(/* webpackIgnore: true */ pathToFileURL(`${pyodide}/pyodide.mjs`).href)) as { loadPyodide: typeof loadPyodide };
  const home = stdlibFolder(readFileSync(`${pyodide}/pyodide-lock.json`, "utf8"));
  const sources = readFileSync(`${pyodide}/sources.zip`);
  const lay = (FS: FileSystem): void => {
    const remote = { part: (start: number, size: number) => new Uint8Array(sources.subarray(start, start + size)) };
    // A class with private parts is no interface, but this one is used as one.
    const library = new StdlibFiles(FS, home, remote as unknown as RangeReader);
    for (const name of ["library.zip", "core.zip"]) library.unpack(new Uint8Array(readFileSync(`${pyodide}/${name}`)));
  };
  const python = await load({
    indexURL: `${pyodide}/`,
    packageBaseUrl: `${assets}/`,
    packageCacheDir: `${assets}/`, // by this name before Pyodide 314
    env: { PYTHONPATH: home, HOME: DRIVE },
    ...print,
    // Emscripten's declarations leave out what we use of its file system.
    fsInit: (FS: unknown) => { lay(FS as FileSystem); return Promise.resolve(); },
  });
  // Pyodide's declarations leave it out.
  join((python as unknown as { readonly _module: SymbolTables })._module);
  return python;
}

function enter(pyodide: PyodideAPI, { folder, path }: Folders): void {
  // Pyodide's declarations name the type of FS, but do not come with it.
  const { FS } = pyodide as unknown as { FS: FileSystem };
  FS.mkdirTree(DRIVE);
  if (folder !== null) {
    mkdirSync(folder, { recursive: true });
    pyodide.mountNodeFS(DRIVE, folder);
  }
  FS.chdir(path ? `${DRIVE}/${path}` : DRIVE);
}

/** Emscripten throws objects that are like errors, without being any. */
const sentence = (error: unknown): string => String((error as { readonly message?: unknown } | null)?.message ?? error);

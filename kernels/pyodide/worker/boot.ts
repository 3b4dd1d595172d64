/** Starts Python from a memory snapshot, or from byte code where no snapshot can be used; fetches all files in parallel. */
import type { loadPyodide, PyodideAPI } from "pyodide";
import type { Progress } from "../../port";
import { Downloads } from "../assets/downloads";
import type { FileSystem } from "../fs/emscripten";
import { interceptPyodide, filesOf } from "./pyodide-loader";
import { withBlobUrls, librariesWithBlobUrls, lockWithBlobUrls } from "../assets/embedded-files";
import { loadSnapshot } from "../assets/snapshot-cache";
import { type Linker, preloadLibraries, bindLibraries } from "../wasm/shared-libraries";
import { stdlibFolder, StdlibFiles } from "../fs/stdlib";
import { OUT_OF_MEMORY } from "../wasm/memory-limit";
import { snapshotProblem } from "../snapshot-check";
import { mayBeGzipped, gunzip } from "../assets/gzip";
import { type Files, type Options, type Fetched, type LibraryFile, DEFERRED, SNAPSHOT } from "../protocol";
import { RangeReader, syncRequest } from "../assets/sync-request";
import { DeferredModule } from "../wasm/deferred-module";
import { type SnapshotFile, type Memory, parseSnapshot, restore, type Snapshot, UnusableSnapshot } from "../wasm/snapshot";
import { now, type Timeline } from "../timeline";
import { type Create, batchWrappers } from "../wasm/batched-wrappers";

/** Callbacks for output to file descriptors, line by line, and for the end of Python. */
export interface PythonOutput {
  readonly stdout: (line: string) => void;
  readonly stderr: (line: string) => void;
  readonly ended: (reason: string) => void;
}

export interface Booted {
  readonly pyodide: PyodideAPI;
  readonly fetched: Fetched;
  /** Fetches and unpacks Python's library and the deferred module, unless that was done on demand. */
  readonly loadLibrary: () => Promise<void>;
}

type PyodideOptions = NonNullable<Parameters<typeof loadPyodide>[0]>;

/** `pyodide.mjs` and `pyodide.asm.mjs`; before Pyodide 314, the script `pyodide.asm.js` sets a global instead. */
interface Loader {
  readonly loadPyodide: typeof loadPyodide;
}
interface Runtime {
  readonly default?: Create;
}

/** Emscripten's module, as Pyodide extends it. */
interface Module extends Memory, Linker {
  readonly API: { readonly config: { readonly BUILD_ID: string }; restoreSnapshot: () => unknown };
}

export async function boot(options: Options, says: PythonOutput, timeline: Timeline, tell: (progress: Progress) => void): Promise<Booted> {
  const start = now();
  const starter = new Starter(options, says, timeline, new Downloads(timeline, tell));
  let reason = snapshotProblem(options);
  if (reason === null) {
    try {
      return await starter.fromSnapshot();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  timeline.record("no snapshot", start, { note: reason });
  return starter.fromByteCode();
}

class Starter {
  readonly #files: Files;
  readonly #libraries: readonly LibraryFile[];
  /** The base URL of Pyodide's files and of packages. */
  readonly #packages: string;
  readonly #module: Promise<WebAssembly.Module>;
  readonly #loader: Promise<Loader>;
  readonly #runtime: Promise<Runtime>;
  readonly #lock: Promise<string>;
  readonly #deferred: DeferredModule | null;
  #archived: Promise<readonly Uint8Array<ArrayBuffer>[]> | undefined;

  constructor(
    private readonly options: Options,
    private readonly output: PythonOutput,
    private readonly timeline: Timeline,
    private readonly downloads: Downloads,
  ) {
    const { fetched, embedded, libraries } = options;
    const files = embedded ? withBlobUrls(options.files, embedded) : options.files;
    const packages = new URL(".", options.files["lock.json"].url).href;
    this.#files = files;
    this.#libraries = embedded ? librariesWithBlobUrls(libraries, embedded) : libraries;
    this.#packages = packages;
    this.#module = fetched ? Promise.resolve(fetched.module) : downloads.module(files["pyodide.asm.wasm"]);
    const rest = files[DEFERRED];
    this.#deferred = rest && new DeferredModule(rest, downloads, timeline, output.ended);
    this.#loader = downloads.script<Loader>(files["pyodide.mjs"]);
    this.#runtime = downloads.script<Runtime>(files.runtime).then(({ default: create }) => (create ? { default: batchWrappers(create) } : {}));
    this.#lock = downloads.text(files["lock.json"]).then((lock) => (embedded ? lockWithBlobUrls(lock, packages, embedded) : lock));
  }

  async fromSnapshot(): Promise<Booted> {
    const snapshot = this.#snapshot();
    snapshot.catch(() => { this.#archives().catch(() => undefined); }); // reported to those who await it
    const compiled = this.#compiled();
    compiled.catch(() => undefined); // reported to those who await it
    // Any `_loadSnapshot` makes Pyodide call restoreSnapshot; its content is not used.
    const restoring = { _loadSnapshot: new Uint8Array(64), createPyodideModule: this.#restoring(snapshot, compiled) };
    // The start from byte code begins only when this one has ended, as both patch globals.
    const pyodide = await this.#start(this.#libraries.length > 0 ? this.#wholeProgram() : this.#module, () => restoring);
    if (this.#libraries.length === 0) this.#exportSymbols(pyodide);
    const FS = filesOf(pyodide);
    for (const folder of (await snapshot).about.folders) FS.mkdirTree(folder);
    const loadLibrary = this.#lazyLibrary(this.#stdlib(FS, stdlibFolder(await this.#lock)));
    return { pyodide, fetched: { module: await this.#module, snapshot: (await snapshot).file, libraries: await compiled }, loadLibrary };
  }

  async fromByteCode(): Promise<Booted> {
    const archives = this.#archives();
    const whole = this.#wholeProgram();
    const home = stdlibFolder(await this.#lock);
    const initFs = async (FS: FileSystem): Promise<void> => {
      const library = this.#stdlib(FS, home);
      this.#unpack(await archives, library);
    };
    const { env } = this.options;
    const start = this.#start(whole, (fail) => ({
      // Pyodide only looks for the library in its zip by default.
      env: { ...env, PYTHONPATH: [env.PYTHONPATH, home].filter(Boolean).join(":") },
      // Emscripten's declarations lack parts of its file system.
      fsInit: (FS) => initFs(FS as unknown as FileSystem).catch(fail),
    }));
    const [pyodide] = await Promise.all([start, archives]);
    this.#exportSymbols(pyodide);
    return { pyodide, fetched: { module: await this.#module, snapshot: null, libraries: [] }, loadLibrary: () => Promise.resolve() };
  }

  async #snapshot(): Promise<SnapshotFile> {
    const { fetched, cacheState } = this.options;
    const file = this.#files[SNAPSHOT];
    if (fetched?.snapshot) return this.#checked(fetched.snapshot);
    if (!file) throw new UnusableSnapshot("There is no snapshot.");
    const cached = cacheState === "cached" ? await this.timeline.timeAsync("read the cached snapshot", loadSnapshot(file)) : null;
    // The snapshot cache makes the HTTP cache superfluous, which is slower than the network; but sites are cached whole, for use offline.
    const cache = cacheState === "never" || mayBeGzipped(file) ? "default" : "no-store";
    return this.#checked(cached ?? (await this.downloads.bytes(file, cache)).buffer);
  }

  #checked(bytes: ArrayBuffer): SnapshotFile {
    return this.timeline.time("check the snapshot", () => parseSnapshot(bytes));
  }

  #compiled(): Promise<readonly WebAssembly.Module[]> {
    const { fetched } = this.options;
    return fetched?.snapshot ? Promise.resolve(fetched.libraries) : Promise.all(this.#libraries.map((file) => this.downloads.module(file)));
  }

  #restoring(snapshot: Promise<Snapshot>, compiled: Promise<readonly WebAssembly.Module[]>): Create {
    return async (settings) => {
      const { default: create } = await this.#runtime;
      if (!create) throw new UnusableSnapshot("This Pyodide is older than snapshots.");
      const home = stdlibFolder(await this.#lock);
      const libraries = (await compiled).map((module, number) => ({ path: `${home}/${this.#libraries[number]?.path}`, module }));
      // Pyodide's declarations lack these members of Emscripten's module.
      const [created, saved] = await Promise.all([preloadLibraries(create, libraries, (linker) => this.#deferred?.exportSymbolsNow(linker))(settings), snapshot]);
      const module = created as unknown as Module;
      module.API.restoreSnapshot = () => {
        bindLibraries(module, saved.about.linked);
        this.timeline.time("restore the memory", () => { restore(module, saved, module.API.config.BUILD_ID); });
        return saved.about.objects;
      };
      return created;
    };
  }

  /** Runs Pyodide. Some failures of its start it only reports to the console and then hangs: these reject here, too. */
  #start(program: Promise<WebAssembly.Module>, own: (fail: (error: unknown) => void) => PyodideOptions): Promise<PyodideAPI> {
    return new Promise((resolve, reject) => {
      const run = async (): Promise<PyodideAPI> => {
        const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([this.#loader, this.#runtime]);
        const { ended, ...print } = this.output;
        const undo = interceptPyodide(this.#packages, program, this.#lock, { fail: reject, onMemoryFull: () => { ended(OUT_OF_MEMORY); }, deferred: this.#deferred });
        const started = loadPyodide({
          indexURL: this.#packages,
          ...(createPyodideModule && { createPyodideModule }),
          ...print,
          ...own(reject),
        });
        return this.timeline.timeAsync("start Python", started).finally(undo);
      };
      Promise.all([program, this.#lock]).catch(reject);
      run().then(resolve, reject);
    });
  }

  /** The program together with its deferred module, which this start needs. */
  async #wholeProgram(): Promise<WebAssembly.Module> {
    const [module] = await Promise.all([this.#module, this.#deferred?.load()]);
    return module;
  }

  #exportSymbols(pyodide: PyodideAPI): void {
    // Pyodide's declarations lack `_module`.
    this.#deferred?.exportSymbolsLater((pyodide as unknown as { readonly _module: Module })._module);
  }

  #archives(): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    this.#archived ??= Promise.all([this.#files["library.zip"], this.#files["core.zip"]].map((file) => this.downloads.bytes(file)));
    return this.#archived;
  }

  #unpack(archives: readonly Uint8Array<ArrayBuffer>[], library: StdlibFiles): void {
    for (const archive of archives) library.unpack(archive);
    for (const { path, bytes, url } of this.#libraries) library.addLazyFile(path, bytes, () => new RangeReader(url).read(0, bytes));
  }

  #stdlib(FS: FileSystem, home: string): StdlibFiles {
    return new StdlibFiles(FS, home, new RangeReader(this.#files["sources.zip"].url));
  }

  /** Unpacks the library on the first import or read: a restored Python runs without it until then. */
  #lazyLibrary(library: StdlibFiles): () => Promise<void> {
    let isUnpacked = false;
    const unpack = (archives: readonly Uint8Array<ArrayBuffer>[]): void => {
      if (isUnpacked) return;
      isUnpacked = true;
      this.timeline.time("lay the library down", () => { this.#unpack(archives, library); });
    };
    library.onFirstUse(() => {
      if (!isUnpacked) unpack(this.timeline.time("fetch the library while Python waits", () => [this.#fetchSync("library.zip"), this.#fetchSync("core.zip")]));
    });
    return async () => {
      await this.#deferred?.load();
      if (!isUnpacked) unpack(await this.#archives());
    };
  }

  #fetchSync(name: "library.zip" | "core.zip"): Uint8Array<ArrayBuffer> {
    return gunzip(new Uint8Array(syncRequest("GET", this.#files[name].url).bytes));
  }
}

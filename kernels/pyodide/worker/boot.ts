/** Starts Python: from a snapshot of its memory, or from byte code where there is none to use. All is fetched at once. */
import type { loadPyodide, PyodideAPI } from "pyodide";
import type { Progress } from "../../port";
import { Downloads } from "../assets/downloads";
import type { FileSystem } from "../fs/emscripten";
import { answerPyodide, filesOf } from "./pyodide-loader";
import { ownFiles, ownLibraries, ownLock } from "../assets/embedded-files";
import { kept } from "../assets/snapshot-cache";
import { type Linker, loading, tie } from "../wasm/shared-libraries";
import { homeOf, Library } from "../fs/stdlib";
import { USED_UP } from "../wasm/memory-limit";
import { obstacle } from "../snapshot-check";
import { mayBePacked, unpackedNow } from "../assets/gzip";
import { type Files, type Options, type Fetched, type LibraryFile, SECONDARY, SNAPSHOT } from "../protocol";
import { Remote, request } from "../assets/sync-request";
import { Secondary } from "../wasm/deferred-module";
import { type Filed, type Memory, read, restore, type Snapshot, Unusable } from "../wasm/snapshot";
import { now, type Timeline } from "../timeline";
import { type Create, together } from "../wasm/batched-wrappers";

/** What Python has to say: what it writes to its file descriptors, line by line, and why it cannot go on. */
export interface Says {
  readonly stdout: (line: string) => void;
  readonly stderr: (line: string) => void;
  readonly ended: (reason: string) => void;
}

export interface Booted {
  readonly pyodide: PyodideAPI;
  readonly fetched: Fetched;
  /** Fetches Python's library, if it was not needed yet. */
  readonly fill: () => Promise<void>;
}

type PyodideOptions = NonNullable<Parameters<typeof loadPyodide>[0]>;

/** `pyodide.mjs` and `pyodide.asm.mjs`; before Pyodide 314, there is a script `pyodide.asm.js` that leaves what it makes where Pyodide looks. */
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

export async function boot(options: Options, says: Says, timeline: Timeline, tell: (progress: Progress) => void): Promise<Booted> {
  const start = now();
  const starter = new Starter(options, says, timeline, new Downloads(timeline, tell));
  let reason = obstacle(options);
  if (reason === null) {
    try {
      return await starter.fromSnapshot();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  timeline.add("no snapshot", start, { note: reason });
  return starter.fromByteCode();
}

class Starter {
  readonly #files: Files;
  readonly #libraries: readonly LibraryFile[];
  /** Where Pyodide believes its files to be, and where packages are relative to, which it fetches later. */
  readonly #packages: string;
  readonly #module: Promise<WebAssembly.Module>;
  readonly #loader: Promise<Loader>;
  readonly #runtime: Promise<Runtime>;
  readonly #lock: Promise<string>;
  readonly #secondary: Secondary | null;
  #archived: Promise<readonly Uint8Array<ArrayBuffer>[]> | undefined;

  constructor(
    private readonly options: Options,
    private readonly says: Says,
    private readonly timeline: Timeline,
    private readonly downloads: Downloads,
  ) {
    const { fetched, held, libraries } = options;
    const files = held ? ownFiles(options.files, held) : options.files;
    const packages = new URL(".", options.files["lock.json"].url).href;
    this.#files = files;
    this.#libraries = held ? ownLibraries(libraries, held) : libraries;
    this.#packages = packages;
    this.#module = fetched ? Promise.resolve(fetched.module) : downloads.module(files["pyodide.asm.wasm"]);
    const rest = files[SECONDARY];
    this.#secondary = rest && new Secondary(rest, downloads, timeline, says.ended);
    this.#loader = downloads.script<Loader>(files["pyodide.mjs"]);
    this.#runtime = downloads.script<Runtime>(files.runtime).then(({ default: create }) => (create ? { default: together(create) } : {}));
    this.#lock = downloads.text(files["lock.json"]).then((lock) => (held ? ownLock(lock, packages, held) : lock));
  }

  async fromSnapshot(): Promise<Booted> {
    const snapshot = this.#snapshot();
    snapshot.catch(() => { this.#archives().catch(() => undefined); }); // whoever waits for them hears of it
    const compiled = this.#compiled();
    compiled.catch(() => undefined); // who waits for it comes later
    // Only this makes Pyodide leave its memory to be restored; what is in it, it is not asked.
    const restoring = { _loadSnapshot: new Uint8Array(64), createPyodideModule: this.#restoring(snapshot, compiled) };
    // Two starts would be in each other's way: this one has ended when the other begins.
    const pyodide = await this.#start(this.#libraries.length > 0 ? this.#whole() : this.#module, () => restoring);
    if (this.#libraries.length === 0) this.#join(pyodide);
    const FS = filesOf(pyodide);
    for (const folder of (await snapshot).about.folders) FS.mkdirTree(folder);
    const fill = this.#later(this.#library(FS, homeOf(await this.#lock)));
    return { pyodide, fetched: { module: await this.#module, snapshot: (await snapshot).file, libraries: await compiled }, fill };
  }

  async fromByteCode(): Promise<Booted> {
    const archives = this.#archives();
    const whole = this.#whole();
    const home = homeOf(await this.#lock);
    const lay = async (FS: FileSystem): Promise<void> => {
      const library = this.#library(FS, home);
      this.#lay(await archives, library);
    };
    const { env } = this.options;
    const start = this.#start(whole, (fail) => ({
      // By itself, Pyodide looks for the library in its zip alone.
      env: { ...env, PYTHONPATH: [env.PYTHONPATH, home].filter(Boolean).join(":") },
      // Emscripten's declarations leave out what we use of its file system.
      fsInit: (FS) => lay(FS as unknown as FileSystem).catch(fail),
    }));
    const [pyodide] = await Promise.all([start, archives]);
    this.#join(pyodide);
    return { pyodide, fetched: { module: await this.#module, snapshot: null, libraries: [] }, fill: () => Promise.resolve() };
  }

  async #snapshot(): Promise<Filed> {
    const { fetched, keeping } = this.options;
    const file = this.#files[SNAPSHOT];
    if (fetched?.snapshot) return this.#checked(fetched.snapshot);
    if (!file) throw new Unusable("There is no snapshot.");
    const found = keeping === "kept" ? await this.timeline.note("read the snapshot that was kept", kept(file)) : null;
    // The browser need not keep it packed, too, which takes it longer than to fetch it; but a site is kept whole.
    const cache = keeping === "never" || mayBePacked(file) ? "default" : "no-store";
    return this.#checked(found ?? (await this.downloads.bytes(file, cache)).buffer);
  }

  #checked(bytes: ArrayBuffer): Filed {
    return this.timeline.take("check the snapshot", () => read(bytes));
  }

  #compiled(): Promise<readonly WebAssembly.Module[]> {
    const { fetched } = this.options;
    return fetched?.snapshot ? Promise.resolve(fetched.libraries) : Promise.all(this.#libraries.map((file) => this.downloads.module(file)));
  }

  #restoring(snapshot: Promise<Snapshot>, compiled: Promise<readonly WebAssembly.Module[]>): Create {
    return async (settings) => {
      const { default: create } = await this.#runtime;
      if (!create) throw new Unusable("This Pyodide is older than snapshots.");
      const home = homeOf(await this.#lock);
      const libraries = (await compiled).map((module, number) => ({ path: `${home}/${this.#libraries[number]?.at}`, module }));
      // It is what Pyodide's Emscripten module has; its declarations leave that out.
      const [created, saved] = await Promise.all([loading(create, libraries, (linker) => this.#secondary?.joinNow(linker))(settings), snapshot]);
      const module = created as unknown as Module;
      module.API.restoreSnapshot = () => {
        tie(module, saved.about.linked);
        this.timeline.take("restore the memory", () => { restore(module, saved, module.API.config.BUILD_ID); });
        return saved.about.objects;
      };
      return created;
    };
  }

  /** Runs Pyodide, which reports some failures of its start to the console alone, and then waits for good. */
  #start(program: Promise<WebAssembly.Module>, own: (fail: (error: unknown) => void) => PyodideOptions): Promise<PyodideAPI> {
    return new Promise((resolve, reject) => {
      const run = async (): Promise<PyodideAPI> => {
        const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([this.#loader, this.#runtime]);
        const { ended, ...print } = this.says;
        const undo = answerPyodide(this.#packages, program, this.#lock, { fail: reject, full: () => { ended(USED_UP); }, secondary: this.#secondary });
        const started = loadPyodide({
          indexURL: this.#packages,
          ...(createPyodideModule && { createPyodideModule }),
          ...print,
          ...own(reject),
        });
        return this.timeline.note("start Python", started).finally(undo);
      };
      Promise.all([program, this.#lock]).catch(reject);
      run().then(resolve, reject);
    });
  }

  /** The program, of which more is called than at other starts. */
  async #whole(): Promise<WebAssembly.Module> {
    const [module] = await Promise.all([this.#module, this.#secondary?.come()]);
    return module;
  }

  #join(pyodide: PyodideAPI): void {
    // Pyodide's declarations leave it out.
    this.#secondary?.join((pyodide as unknown as { readonly _module: Module })._module);
  }

  #archives(): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    this.#archived ??= Promise.all([this.#files["library.zip"], this.#files["core.zip"]].map((file) => this.downloads.bytes(file)));
    return this.#archived;
  }

  #lay(archives: readonly Uint8Array<ArrayBuffer>[], library: Library): void {
    for (const archive of archives) library.lay(archive);
    for (const { at, bytes, url } of this.#libraries) library.expect(at, bytes, () => new Remote(url).part(0, bytes));
  }

  #library(FS: FileSystem, home: string): Library {
    return new Library(FS, home, new Remote(this.#files["sources.zip"].url));
  }

  /** Restored, Python runs without the files of its library until something is imported or read. */
  #later(library: Library): () => Promise<void> {
    let laid = false;
    const lay = (archives: readonly Uint8Array<ArrayBuffer>[]): void => {
      if (laid) return;
      laid = true;
      this.timeline.take("lay the library down", () => { this.#lay(archives, library); });
    };
    library.beforeUse(() => {
      if (!laid) lay(this.timeline.take("fetch the library while Python waits", () => [this.#wait("library.zip"), this.#wait("core.zip")]));
    });
    return async () => {
      await this.#secondary?.come();
      if (!laid) lay(await this.#archives());
    };
  }

  #wait(name: "library.zip" | "core.zip"): Uint8Array<ArrayBuffer> {
    return unpackedNow(new Uint8Array(request("GET", this.#files[name].url).bytes));
  }
}

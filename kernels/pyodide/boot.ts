/** Starts Python: everything is fetched at once, laid down where Python looks for it, and run. */
import type { loadPyodide, PyodideAPI } from "pyodide";
import type { Progress } from "../port";
import { Downloads } from "./downloads";
import type { FileSystem } from "./emscripten";
import { HOME, Library } from "./library";
import type { Files, Options } from "./protocol";
import { Remote } from "./request";
import type { Timeline } from "./timeline";

/** What Python writes to its file descriptors, line by line. */
export interface Print {
  readonly stdout: (line: string) => void;
  readonly stderr: (line: string) => void;
}

type PyodideOptions = NonNullable<Parameters<typeof loadPyodide>[0]>;

/** `pyodide.mjs` and `pyodide.asm.mjs`. */
interface Loader {
  readonly loadPyodide: typeof loadPyodide;
}
interface Runtime {
  readonly default: NonNullable<PyodideOptions["createPyodideModule"]>;
}

export function boot({ files, env }: Options, print: Print, timeline: Timeline, tell: (progress: Progress) => void): Promise<PyodideAPI> {
  const downloads = new Downloads(tell);
  const fetching = <T>(name: keyof Files, promise: Promise<T>): Promise<T> => timeline.note(`fetch ${name}`, promise);
  const module = fetching("pyodide.asm.wasm", downloads.module(files["pyodide.asm.wasm"]));
  const library = fetching("library.zip", downloads.bytes(files["library.zip"]));
  const core = fetching("core.zip", downloads.bytes(files["core.zip"]));
  const lock = fetching("lock.json", downloads.text(files["lock.json"]));
  const loader = fetching("pyodide.mjs", downloads.script<Loader>(files["pyodide.mjs"]));
  const runtime = fetching("pyodide.asm.mjs", downloads.script<Runtime>(files["pyodide.asm.mjs"]));

  // Pyodide reports some failures of its start to the console alone, and then waits for good.
  return new Promise((resolve, reject) => {
    const run = async (): Promise<PyodideAPI> => {
      const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([loader, runtime]);
      const undo = answerPyodide(module, reject);
      const lay = async (FS: FileSystem): Promise<void> => {
        const laid = new Library(FS, new Remote(files["sources.zip"].url));
        for (const archive of await Promise.all([library, core])) laid.lay(archive);
      };
      const started = loadPyodide({
        indexURL: OURS,
        lockFileContents: lock,
        packageBaseUrl: new URL(".", files["lock.json"].url).href,
        // By itself, Pyodide looks for the library in its zip alone.
        env: { ...env, PYTHONPATH: [env.PYTHONPATH, HOME].filter(Boolean).join(":") },
        createPyodideModule,
        ...print,
        // Emscripten's declarations leave out what we use of its file system.
        fsInit: (FS) => lay(FS as unknown as FileSystem).catch(reject),
      });
      return timeline.note("start Python", started).finally(undo);
    };
    Promise.all([module, library, core, lock]).catch(reject);
    run().then(resolve, reject);
  });
}

/** Where Pyodide believes its files to be: what it asks for there, it is answered here. */
const OURS = "https://pyodide.invalid/";
const EMPTY_ZIP = new Uint8Array(22);
EMPTY_ZIP.set([0x50, 0x4b, 5, 6]);

/** Gives Pyodide the module that is compiled already, and a standard library that is empty: ours is laid down beside it. */
function answerPyodide(module: Promise<WebAssembly.Module>, fail: (error: unknown) => void): () => void {
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return url.startsWith(OURS) ? Promise.resolve(new Response(EMPTY_ZIP)) : fetch(input, init);
  };
  WebAssembly.instantiateStreaming = async (_, imports) => {
    try {
      return { module: await module, instance: await WebAssembly.instantiate(await module, imports) };
    } catch (error) {
      fail(error);
      throw error;
    }
  };
  return () => {
    globalThis.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  };
}

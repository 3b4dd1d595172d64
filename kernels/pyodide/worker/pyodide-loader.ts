/** Intercepts what Pyodide's loader fetches and instantiates, so that it uses files that were fetched already. */
import type { PyodideAPI } from "pyodide";
import type { FileSystem } from "../fs/emscripten";
import type { DeferredModule } from "../wasm/deferred-module";
import { limitMemory } from "../wasm/memory-limit";
import { unifyFunctions } from "../wasm/table-identity";

// Pyodide's declarations use the type of FS without declaring it.
export const filesOf = (pyodide: PyodideAPI): FileSystem => (pyodide as unknown as { FS: FileSystem }).FS;

const EMPTY_ZIP = new Uint8Array(22);
EMPTY_ZIP.set([0x50, 0x4b, 5, 6]);

/** Answers Pyodide's requests with the compiled module, the lock file and an empty standard library (ours is unpacked separately). The returned function ends that. */
export function interceptPyodide(
  packages: string,
  module: Promise<WebAssembly.Module>,
  lock: Promise<string>,
  { fail, onMemoryFull, deferred }: { readonly fail: (error: unknown) => void; readonly onMemoryFull: () => void; readonly deferred: DeferredModule | null },
): () => void {
  const answers = new Map<string, () => BodyInit | Promise<BodyInit>>([
    [`${packages}pyodide.asm.wasm`, () => ""],
    [`${packages}pyodide-lock.json`, () => lock],
    [`${packages}python_stdlib.zip`, () => EMPTY_ZIP],
  ]);
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  globalThis.fetch = (input, init) => {
    const answer = answers.get(input instanceof Request ? input.url : String(input));
    return answer ? Promise.resolve(answer()).then((body) => new Response(body)) : fetch(input, init);
  };
  WebAssembly.instantiateStreaming = async (_, imports = {}) => {
    try {
      const changes = [unifyFunctions, limitMemory(imports, onMemoryFull), deferred?.attach(imports)];
      const instance = await WebAssembly.instantiate(await module, imports);
      for (const change of changes) change?.(instance);
      return { module: await module, instance };
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

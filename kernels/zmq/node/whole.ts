/** In Node, Python's program is whole from the start: what a browser fetches later is beside the rest of it. */
import { existsSync, readFileSync } from "node:fs";
import { SECONDARY } from "../../pyodide/protocol";
import { add, SLOTS } from "../../pyodide/secondary";

/** For Pyodide in that folder, which gives its program to WebAssembly as it is. */
export function whole(pyodide: string): void {
  const file = `${pyodide}/${SECONDARY}`;
  if (!existsSync(file)) return;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source: BufferSource | WebAssembly.Module, imports: WebAssembly.Imports = {}): Promise<never> => {
    // Of a module that is compiled already, it makes an instance alone.
    const made = (await instantiate(source as BufferSource, imports)) as WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance;
    const instance = "instance" in made ? made.instance : made;
    if (instance.exports[SLOTS]) add(new WebAssembly.Module(readFileSync(file)), { instance, imports });
    return made as never; // what the original returns
  };
}

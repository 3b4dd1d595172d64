/** In Node, Python's program is whole from the start: what a browser fetches later is beside the rest of it. */
import { existsSync, readFileSync } from "node:fs";
import { SECONDARY } from "../../pyodide/protocol";
import { add, join, type Joining, SLOTS } from "../../pyodide/wasm/deferred-module";

/** For Pyodide in that folder, which gives its program to WebAssembly as it is. What it returns has libraries find all symbols. */
export function whole(pyodide: string): (joining: Joining) => void {
  const file = `${pyodide}/${SECONDARY}`;
  let joined = (_: Joining): void => undefined;
  if (!existsSync(file)) return joined;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source: BufferSource | WebAssembly.Module, imports: WebAssembly.Imports = {}): Promise<never> => {
    // Of a module that is compiled already, it makes an instance alone.
    const made = (await instantiate(source as BufferSource, imports)) as WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance;
    const instance = "instance" in made ? made.instance : made;
    if (instance.exports[SLOTS]) {
      const secondary = new WebAssembly.Module(readFileSync(file));
      add(secondary, { instance, imports });
      joined = (joining) => { join(joining, secondary, { instance, imports }); };
    }
    return made as never; // what the original returns
  };
  return (joining) => { joined(joining); };
}

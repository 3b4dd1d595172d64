/** In Node, Python's program is whole from the start: what a browser fetches later is beside the rest of it. */
import { existsSync, readFileSync } from "node:fs";
import { DEFERRED } from "../../pyodide/protocol";
import { linkDeferred, exportSymbols, type SymbolTables, SLOT_TABLE } from "../../pyodide/wasm/deferred-module";

/** For Pyodide in that folder, which gives its program to WebAssembly as it is. What it returns has libraries find all symbols. */
export function loadWholeProgram(pyodide: string): (joining: SymbolTables) => void {
  const file = `${pyodide}/${DEFERRED}`;
  let joined = (_: SymbolTables): void => undefined;
  if (!existsSync(file)) return joined;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source: BufferSource | WebAssembly.Module, imports: WebAssembly.Imports = {}): Promise<never> => {
    // Of a module that is compiled already, it makes an instance alone.
    const made = (await instantiate(source as BufferSource, imports)) as WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance;
    const instance = "instance" in made ? made.instance : made;
    if (instance.exports[SLOT_TABLE]) {
      const secondary = new WebAssembly.Module(readFileSync(file));
      linkDeferred(secondary, { instance, imports });
      joined = (joining) => { exportSymbols(joining, secondary, { instance, imports }); };
    }
    return made as never; // what the original returns
  };
  return (joining) => { joined(joining); };
}

/** Loads the deferred module together with the program: in Node, both are on the disk. */
import { existsSync, readFileSync } from "node:fs";
import { DEFERRED } from "../../pyodide/protocol";
import { linkDeferred, exportSymbols, type SymbolTables, SLOT_TABLE } from "../../pyodide/wasm/deferred-module";

/** Patches WebAssembly.instantiate for Pyodide in that folder. The returned function exports all symbols to shared libraries. */
export function loadWholeProgram(pyodide: string): (tables: SymbolTables) => void {
  const file = `${pyodide}/${DEFERRED}`;
  let exportAll = (_: SymbolTables): void => undefined;
  if (!existsSync(file)) return exportAll;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source: BufferSource | WebAssembly.Module, imports: WebAssembly.Imports = {}): Promise<never> => {
    // For a compiled module, the result is the instance alone.
    const result = (await instantiate(source as BufferSource, imports)) as WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance;
    const instance = "instance" in result ? result.instance : result;
    if (instance.exports[SLOT_TABLE]) {
      const secondary = new WebAssembly.Module(readFileSync(file));
      linkDeferred(secondary, { instance, imports });
      exportAll = (tables) => { exportSymbols(tables, secondary, { instance, imports }); };
    }
    return result as never; // what the original returns
  };
  return (tables) => { exportAll(tables); };
}

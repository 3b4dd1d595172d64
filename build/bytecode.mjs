/** Byte-compiles folders with the Python that will run them: node bytecode.mjs FOLDER=PLACE=MODE... */
import { loadPyodide } from "../web/node_modules/pyodide/pyodide.mjs";

// Sets of strings among a module's constants are stored in the order of their hashes.
const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
const modes = pyodide.pyimport("py_compile").PycInvalidationMode;
const { compile_dir } = pyodide.pyimport("compileall");

for (const [number, argument] of process.argv.slice(2).entries()) {
  const [folder, place, mode] = argument.split("=");
  const mounted = `/tree${number}`;
  pyodide.mountNodeFS(mounted, folder);
  const options = { quiet: 1, force: true, stripdir: mounted, prependdir: place, invalidation_mode: modes[mode] };
  if (!compile_dir.callKwargs(mounted, options)) throw new Error(`Some modules in ${folder} do not compile.`);
}

/**
 * Byte-compiles folders with the Python that will run them: node bytecode.mjs PYODIDE FOLDER=TARGET=MODE...
 * TARGET is the folder in the kernel. Exits with 2 if some modules do not compile; all others are compiled then.
 */
import { constants } from "node:fs";
import { pathToFileURL } from "node:url";
import type { loadPyodide } from "pyodide";
import { loadWholeProgram } from "../../kernels/zmq/node/whole-program";

/** The modules py_compile and compileall. */
interface Compiler {
  readonly PycInvalidationMode: Readonly<Record<string, unknown>>;
}
interface Folders {
  readonly compile_dir: { callKwargs(folder: string, options: object): boolean };
}

const [home = "", ...trees] = process.argv.slice(2);
// Emscripten reads fs constants through process.binding, which Node's permission model blocks. https://nodejs.org/api/permissions.html
Object.assign(process, { binding: () => ({ fs: constants }) });
loadWholeProgram(home);
// The export of Pyodide's file.
const { loadPyodide: load } = (await import(/* webpackIgnore: true */ pathToFileURL(`${home}/pyodide.mjs`).href)) as { loadPyodide: typeof loadPyodide };
// Sets of strings among a module's constants are stored in the order of their hashes.
const pyodide = await load({ indexURL: `${home}/`, env: { PYTHONHASHSEED: "0" } });
const modes = (pyodide.pyimport("py_compile") as Compiler).PycInvalidationMode;
const { compile_dir } = pyodide.pyimport("compileall") as Folders;

for (const [number, tree] of trees.entries()) {
  const [folder = "", target = "", mode = ""] = tree.split("=");
  const mounted = `/tree${number}`;
  pyodide.mountNodeFS(mounted, folder);
  const options = { quiet: 1, force: true, stripdir: mounted, prependdir: target, invalidation_mode: modes[mode] };
  if (!compile_dir.callKwargs(mounted, options)) process.exitCode = 2;
}

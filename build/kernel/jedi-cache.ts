/** Builds the jedi cache (jedi_cache.py of the core) in a kernel's Python; its arguments are those of python.ts. */
import { writeFileSync } from "node:fs";
import type { PyodideAPI } from "pyodide";
import { bootPython, file, makeDeterministic } from "./python";

/** Pyodide's declarations use the type of FS without declaring it. */
type Inside = Omit<PyodideAPI, "FS"> & { readonly FS: { readFile(path: string): Uint8Array } };

makeDeterministic();
const python = (await bootPython({})) as unknown as Inside;
python.runPython("from wasmnb_kernel.shell.jedi_cache import build_archive; build_archive('/cache.zip')");
writeFileSync(file, python.FS.readFile("/cache.zip"));
process.exit();

/** Has jedi parse what it reads for its first answers, and saves that; its arguments are those of python.ts. */
import { writeFileSync } from "node:fs";
import type { PyodideAPI } from "pyodide";
import { booted, file, standStill } from "./python";

/** Pyodide's declarations name the type of FS, but do not come with it. */
type Inside = Omit<PyodideAPI, "FS"> & { readonly FS: { readFile(path: string): Uint8Array } };

standStill();
const python = (await booted({})) as unknown as Inside;
python.runPython("from wasmnb_kernel.shell.jedi_cache import parse; parse('/stubs.zip')");
writeFileSync(file, python.FS.readFile("/stubs.zip"));
process.exit();

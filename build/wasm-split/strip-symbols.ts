/**
 * Strips exports that only shared libraries use, nine of ten, from Pyodide's program, and their names from its script. A start
 * would spend a fifth of its time on them. node strip-symbols.mjs PYODIDE FOLDER SCRIPT...
 *
 * The custom section SYMBOLS lists them, and splitter.ts moves it to the secondary module. Any word in a script counts as a use.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { leb128, utf8 } from "../../kernels/pyodide/wasm/encoding";
import { type Symbols, SYMBOLS } from "../../kernels/pyodide/wasm/deferred-module";
import { constantAddress, KIND, vector, Module, SECTION } from "./module";

/** Emscripten's assignments of the program's exports to variables in its script. */
const NAMES = /var ([\w$,]+);function assignWasmExports\(wasmExports\)\{([^{}]*)\}/;
const NAME = /^([\w$]+)=Module\["([\w$]+)"\]=.*wasmExports\["([\w$]+)"\](?:\.value>>>0)?$/;
const WORD = /[\w$]+/g;
/** Emscripten looks it up as `main`. */
const MAIN = "__main_argc_argv";

const [pyodide = "", folder = "", ...scripts] = process.argv.slice(2);
const wordsIn = (path: string): readonly string[] => readFileSync(path, "utf8").match(WORD) ?? [];
const { script, used } = stripScript(readFileSync(`${pyodide}/pyodide.asm.mjs`, "utf8"), scripts.flatMap(wordsIn));
writeFileSync(`${folder}/pyodide.asm.mjs`, script);
writeFileSync(`${folder}/pyodide.asm.wasm`, stripProgram(readFileSync(`${pyodide}/pyodide.asm.wasm`), used));

/** The script without unused names, and the symbols that the program has to export. */
function stripScript(script: string, others: readonly string[]): { readonly script: string; readonly used: ReadonlySet<string> } {
  const [assignments, declared = "", body = ""] = NAMES.exec(script) ?? [];
  if (assignments === undefined) throw new Error("Pyodide's script has no assignWasmExports of the known form.");
  const rest = script.replace(assignments, "");
  const words = new Set([...(rest.match(WORD) ?? []), ...others]);
  const used = new Set([MAIN]);
  for (const [, quoted = "", dotted = ""] of rest.matchAll(/wasmExports(?:\["([\w$]+)"\]|\.([\w$]+))/g)) used.add(quoted || dotted);
  const dropped = new Set<string>();
  const remaining = body.split(";").filter((line) => {
    const [, variable = "", property = "", name = ""] = NAME.exec(line) ?? [];
    const isUsed = name === "" || words.has(variable) || words.has(property) || used.has(name);
    if (isUsed) used.add(name);
    else dropped.add(variable);
    return isUsed;
  });
  const variables = declared.split(",").filter((name) => !dropped.has(name));
  return { script: script.replace(assignments, () => `var ${variables.join(",")};function assignWasmExports(wasmExports){${remaining.join(";")}}`), used };
}

/** The program with the used exports only. */
function stripProgram(bytes: Uint8Array, used: ReadonlySet<string>): Uint8Array {
  const whole = new Module(bytes);
  const symbols = { functions: {} as Record<string, number>, addresses: {} as Record<string, number> };
  const remaining = whole.exports.filter(([name, kind, index]) => {
    const at = kind === KIND.global ? constantAddress(whole.defined(kind)[index - whole.imported(kind).length] ?? Uint8Array.of()) : null;
    if (used.has(name) || (kind !== KIND.function && at === null)) return true;
    if (at === null) symbols.functions[name] = index;
    else symbols.addresses[name] = at;
    return false;
  });
  const exports = vector(remaining.map(([name, kind, index]) => [...utf8(name), kind, ...leb128(index)]));
  return whole.with(new Map([[SECTION.export, exports]]), new Map([...whole.custom, [SYMBOLS, new TextEncoder().encode(JSON.stringify(symbols satisfies Symbols))]]));
}

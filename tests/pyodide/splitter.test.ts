/** Python's program in two parts does what the whole does, wherever it was cut. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { loadPyodide, type PyodideAPI } from "pyodide";
import { afterEach, expect, test, vi } from "vitest";

import { split } from "../../build/wasm-split/splitter";
import { KIND, Module } from "../../build/wasm-split/module";
import { linkDeferred, SLOT_TABLE } from "../../kernels/pyodide/wasm/deferred-module";
import { wrapFunction } from "../../kernels/pyodide/wasm/batched-wrappers";

const PYODIDE = join(createRequire(join(import.meta.dirname, "../../web/")).resolve("pyodide"), "..");
const program = readFileSync(join(PYODIDE, "pyodide.asm.wasm"));

/** Python, of which those functions are in the primary part, and how often it has called for the other. */
async function started(wanted: ReadonlySet<number>): Promise<{ python: PyodideAPI; calls: () => number }> {
  const { primary, secondary } = split(program, wanted);
  const { instantiate } = WebAssembly;
  let calls = 0;
  const inParts = async (source: BufferSource, imports: WebAssembly.Imports): Promise<WebAssembly.WebAssemblyInstantiatedSource> => {
    if (source.byteLength !== program.byteLength) return instantiate(source, imports);
    const made = await instantiate(primary, imports);
    const call = (): void => {
      calls += 1;
      linkDeferred(new WebAssembly.Module(secondary), { instance: made.instance, imports });
    };
    (made.instance.exports[SLOT_TABLE] as WebAssembly.Table).set(0, wrapFunction(call));
    return made;
  };
  vi.spyOn(WebAssembly, "instantiate").mockImplementation(inParts as never);
  return { python: await loadPyodide({ indexURL: PYODIDE }), calls: () => calls };
}

afterEach(() => { vi.restoreAllMocks(); });

const CODE = `
import decimal, json, re, sqlite3
def fails():
    try:
        [][1]
    except IndexError as error:
        return str(error)
rows = sqlite3.connect(":memory:").execute("select group_concat(value) from json_each('[3, 4]')").fetchall()
json.dumps([fails(), rows, str(decimal.Decimal(1) / 3), re.sub(r"(\\w)\\1", "2\\\\1", "aabb"), sorted({"b": 1, "a": 2}.items()), f"{2 ** 70 / 7:.3e}"])
`;
const RESULT = ["list index out of range", [["3,4"]], "0.3333333333333333333333333333", "2a2b", [["a", 2], ["b", 1]], "1.687e+20"];

test("where nothing is wanted at once, all but the shortest functions move, and are called where they are", async () => {
  const { python, calls } = await started(new Set());
  expect(JSON.parse(python.runPython(CODE) as string)).toEqual(RESULT);
  expect(calls()).toBe(1);
});

test("where every second function is wanted, both parts call each other", async () => {
  const whole = new Module(program);
  const first = whole.imported(KIND.function).length;
  const { python, calls } = await started(new Set(whole.bodies.map((_, at) => first + at).filter((index) => index % 2 === 0)));
  expect(JSON.parse(python.runPython(CODE) as string)).toEqual(RESULT);
  expect(calls()).toBe(1);
});

test("where all is wanted, the other part is not", async () => {
  const whole = new Module(program);
  const first = whole.imported(KIND.function).length;
  const { python, calls } = await started(new Set(whole.bodies.map((_, at) => first + at)));
  expect(JSON.parse(python.runPython(CODE) as string)).toEqual(RESULT);
  expect(calls()).toBe(0);
});

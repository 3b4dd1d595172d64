/** Functions that Emscripten wraps one by one are wrapped together, and called as before. */
import { expect, test } from "vitest";

import { type Create, batchWrappers } from "../../kernels/pyodide/wasm/batched-wrappers";

type Settings = Parameters<Create>[0];
type Function = (...given: never[]) => unknown;

const CODES = { i: 0x7f, j: 0x7e, d: 0x7c } as const;
type Letter = keyof typeof CODES;

/** What Emscripten's convertJsFunctionToWasm does. */
function wrapped(call: Function, result: Letter | "", given: readonly Letter[]): unknown {
  const sized = (bytes: readonly number[]): number[] => [(bytes.length % 128) | 128, bytes.length >> 7, ...bytes];
  const codes = (letters: readonly Letter[]): number[] => sized(letters.map((letter) => CODES[letter]));
  const type = [1, 0x60, ...codes(given), ...codes(result ? [result] : [])];
  const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, ...sized(type), 2, 7, 1, 1, 0x65, 1, 0x66, 0, 0, 7, 5, 1, 1, 0x66, 0, 0);
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { f: call } }).exports.f;
}

/** Emscripten's start, as far as it matters; returns the table that is there when something runs first. */
async function started(functions: readonly [Function, Letter | "", readonly Letter[]][]): Promise<WebAssembly.Table> {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: functions.length + 1 });
  const create = (({ preRun }: Settings) => {
    functions.forEach(([call, result, given], at) => { table.set(at, wrapped(call, result, given)); });
    for (const run of preRun) run(undefined as never);
    return Promise.resolve({});
  }) as unknown as Create;
  await batchWrappers(create)({ preRun: [] } as unknown as Settings);
  return table;
}

const call = (table: WebAssembly.Table, index: number, ...given: (number | bigint)[]): unknown => (table.get(index) as (...given: (number | bigint)[]) => unknown)(...given);

test("each function is in its place, and has its type", async () => {
  const many = Array.from({ length: 200 }, (_, n): [Function, Letter, Letter[]] => [(one: number) => one + n, "i", ["i"]]);
  const table = await started([[(a: bigint, b: number) => Number(a) * b, "d", ["j", "d"]], [() => undefined, "", []], ...many]);
  expect(call(table, 0, 7n, 1.5)).toBe(10.5);
  expect(call(table, 1)).toBeUndefined();
  expect(call(table, 201, 1.9)).toBe(200); // 1.9 has become a whole number
  expect(table.get(202)).toBeNull();
});

test("WebAssembly is then what it was, and is so where the start has failed", async () => {
  const now = (): unknown[] => [WebAssembly.Module, WebAssembly.Instance, ...Object.values(Object.getOwnPropertyDescriptors(WebAssembly.Table.prototype))];
  const before = now();
  await started([]);
  expect(now()).toEqual(before);
  const fails = (() => Promise.reject(new Error("No."))) as unknown as Create;
  await expect(batchWrappers(fails)({ preRun: [] } as unknown as Settings)).rejects.toThrow("No.");
  expect(now()).toEqual(before);
});

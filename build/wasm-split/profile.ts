/** Instruments a module for a call profile, and reads the profile. */
import { leb128, utf8 } from "../../kernels/pyodide/wasm/encoding";
import { walk } from "./instructions";
import { functionBody, KIND, vector, locals, Module, Reader, SECTION, signedLeb128, Writer } from "./module";

const CALLED = "called";

/** Adds a table in which each called function sets the entry at its own index. */
export function instrument(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Module(bytes);
  const first = whole.imported(KIND.function).length;
  const table = leb128(whole.imported(KIND.table).length + whole.defined(KIND.table).length);
  const length = leb128(first + whole.bodies.length);
  const exports = whole.exports.map(([name, kind, index]) => [...utf8(name), kind, ...leb128(index)]);
  const [, , something = first] = whole.exports.find(([, kind]) => kind === KIND.function) ?? [];
  const noted = (body: Uint8Array, at: number): Uint8Array => {
    const code = new Reader(body);
    // table.set(its index, ref.func something)
    const note = [0x41, ...signedLeb128(first + at), 0xd2, ...leb128(something), 0x26, ...table];
    return functionBody(new Writer().add(code.bytesOf(locals), note, code.rest()).bytes());
  };
  return whole.with(new Map([
    [SECTION.table, vector([...whole.defined(KIND.table), [0x70, 1, ...length, ...length]])],
    [SECTION.export, vector([...exports, [...utf8(CALLED), KIND.table, ...table]])],
    [SECTION.code, vector(whole.bodies.map(noted))],
  ]));
}

/** The indices of the functions that were called so far; imported functions have the first indices. */
export function calledFunctions({ exports }: WebAssembly.Instance): Set<number> {
  const table = exports[CALLED] as WebAssembly.Table;
  return new Set(Array.from({ length: table.length }, (_, index) => index).filter((index) => table.get(index) !== null));
}

/** Functions at this distance are nearly always from the same C file. */
const NEIGHBOUR_DISTANCE = 8;
const SMALL = 1500; // bytes

/**
 * Adds small neighbours that these functions call directly. Which of them are called differs between starts, with Python's
 * addresses and random numbers: for example, whether a set grows.
 */
export function withNeighbours(bytes: Uint8Array, numbers: ReadonlySet<number>): Set<number> {
  const whole = new Module(bytes);
  const first = whole.imported(KIND.function).length;
  const functions = new Set(numbers);
  whole.bodies.forEach((body, at) => {
    if (!numbers.has(first + at)) return;
    const code = new Reader(body);
    locals(code);
    walk(code, (named, index) => {
      const near = named === "call" && Math.abs(index - first - at) <= NEIGHBOUR_DISTANCE ? whole.bodies[index - first] : undefined;
      if (near && near.length <= SMALL) functions.add(index);
    });
  });
  return functions;
}

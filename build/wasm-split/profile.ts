/** Which functions of a program are called: it notes them itself. */
import { number, text } from "../../kernels/pyodide/wasm/encoding";
import { walk } from "./instructions";
import { coded, KIND, list, locals, Module, Reader, SECTION, signed, Writer } from "./module";

const CALLED = "called";

/** The program with a table more, in which something is at the number of each function that was called. */
export function noting(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Module(bytes);
  const first = whole.imported(KIND.function).length;
  const table = number(whole.imported(KIND.table).length + whole.own(KIND.table).length);
  const length = number(first + whole.bodies.length);
  const exports = whole.exports.map(([name, kind, index]) => [...text(name), kind, ...number(index)]);
  const [, , something = first] = whole.exports.find(([, kind]) => kind === KIND.function) ?? [];
  const noted = (body: Uint8Array, at: number): Uint8Array => {
    const code = new Reader(body);
    // table.set(its number, ref.func something)
    const note = [0x41, ...signed(first + at), 0xd2, ...number(something), 0x26, ...table];
    return coded(new Writer().add(code.over(locals), note, code.rest()).bytes());
  };
  return whole.with(new Map([
    [SECTION.table, list([...whole.own(KIND.table), [0x70, 1, ...length, ...length]])],
    [SECTION.export, list([...exports, [...text(CALLED), KIND.table, ...table]])],
    [SECTION.code, list(whole.bodies.map(noted))],
  ]));
}

/** Their numbers, with those of imported functions first, as far as it has run. */
export function called({ exports }: WebAssembly.Instance): Set<number> {
  const table = exports[CALLED] as WebAssembly.Table;
  return new Set(Array.from({ length: table.length }, (_, index) => index).filter((index) => table.get(index) !== null));
}

/** Functions beside each other are of one file of C, nearly always. */
const BESIDE = 8;
const SMALL = 1500; // bytes

/**
 * Those functions, and small ones that they call beside them. What is called of these differs from start to start, as Python's
 * addresses and random numbers do: a set grows, or does not.
 */
export function withNeighbours(bytes: Uint8Array, numbers: ReadonlySet<number>): Set<number> {
  const whole = new Module(bytes);
  const first = whole.imported(KIND.function).length;
  const found = new Set(numbers);
  whole.bodies.forEach((body, at) => {
    if (!numbers.has(first + at)) return;
    const code = new Reader(body);
    locals(code);
    walk(code, (named, index) => {
      const near = named === "call" && Math.abs(index - first - at) <= BESIDE ? whole.bodies[index - first] : undefined;
      if (near && near.length <= SMALL) found.add(index);
    });
  });
  return found;
}

/**
 * Batches Emscripten's function wrappers into one WebAssembly module. Emscripten makes a module for each of some 500 JavaScript
 * functions that C calls by address, which takes a tenth of each start; one module with all of them takes a hundredth.
 * https://github.com/emscripten-core/emscripten/blob/main/src/lib/libaddfunction.js
 */

import type { loadPyodide } from "pyodide";
import { type Bytes, EMPTY_SIGNATURE, leb128, withLength, utf8 } from "./encoding";

/** The factory of Emscripten's module, as Pyodide takes it. */
export type Create = NonNullable<NonNullable<Parameters<typeof loadPyodide>[0]>["createPyodideModule"]>;

/** Emscripten's wrapper module: HEAD, two bytes of length, the function's type, TAIL. */
const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1];
const TAIL = [2, 7, 1, 1, 0x65, 1, 0x66, 0, 0, 7, 5, 1, 1, 0x66, 0, 0];
const TYPE = HEAD.length + 3; // after the section's length and the number of types

/** Stands in for such a module, its instance, and the function in it. */
class WrapperStub {
  function: unknown;
  readonly exports = { f: this };

  constructor(readonly type: Bytes) {}
}

interface Entry {
  readonly table: WebAssembly.Table;
  readonly index: number;
  readonly wrapped: WrapperStub;
}

/** Wraps the factory: before anything runs in the module, the batched wrappers are put into its table. */
export const batchWrappers = (create: Create): Create => (settings) => {
  const { undo, finish } = interceptWrappers();
  return create({ ...settings, preRun: [finish, ...settings.preRun] }).finally(undo);
};

/** Collects wrappers from now on; `finish` makes them all. */
function interceptWrappers(): { readonly undo: () => void; readonly finish: () => void } {
  const { Module, Instance, Table } = WebAssembly;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its table
  const { set } = Table.prototype;
  const entries: Entry[] = [];
  // A constructor that returns an object constructs that.
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, [bytes]: [Uint8Array<ArrayBuffer>]) => {
      const type = signatureOf(bytes);
      return type ? new WrapperStub(type) : new target(bytes);
    },
  });
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports?]) => {
      if (!(module instanceof WrapperStub)) return new target(module, imports);
      module.function = imports?.e?.f;
      return module;
    },
  });
  Table.prototype.set = function (this: WebAssembly.Table, index: number, value?: unknown): void {
    if (value instanceof WrapperStub) entries.push({ table: this, index, wrapped: value });
    else set.call(this, index, value);
  };
  const undo = (): void => {
    Object.assign(WebAssembly, { Module, Instance });
    Table.prototype.set = set;
  };
  const finish = (): void => {
    undo();
    // Emscripten wraps functions only.
    const functions = Object.fromEntries(entries.map(({ wrapped }, at) => [at, wrapped.function as WebAssembly.ImportValue]));
    const { exports } = new Instance(new Module(wrapperModule(entries.map(({ wrapped }) => wrapped.type))), { e: functions });
    entries.splice(0).forEach(({ table, index }, at) => { table.set(index, exports[at]); });
  };
  return { undo, finish };
}

/** Wraps a JavaScript function without parameters or result, to be put into a table. */
export function wrapFunction(f: () => void): WebAssembly.ExportValue | undefined {
  return new WebAssembly.Instance(new WebAssembly.Module(wrapperModule([EMPTY_SIGNATURE])), { e: { 0: f } }).exports[0];
}

/** The function type in a wrapper module; null if it is another module. */
function signatureOf(bytes: Uint8Array | ArrayBuffer): Bytes | null {
  if (!(bytes instanceof Uint8Array)) return null;
  const end = bytes.length - TAIL.length;
  const isOne = HEAD.every((byte, at) => bytes[at] === byte) && TAIL.every((byte, at) => bytes[end + at] === byte);
  return isOne ? [...bytes.subarray(TYPE, end)] : null;
}

/** A module that imports functions of these types as e.0, e.1, e.2… and exports them by the same names. */
function wrapperModule(types: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, items: readonly Bytes[]): Bytes => [id, ...withLength([...leb128(items.length), ...items.flat()])];
  const imports = types.map((_, at) => [...utf8("e"), ...utf8(String(at)), 0, ...leb128(at)]);
  const exports = types.map((_, at) => [...utf8(String(at)), 0, ...leb128(at)]);
  return Uint8Array.from([...HEAD.slice(0, -1), ...section(1, types), ...section(2, imports), ...section(7, exports)]);
}

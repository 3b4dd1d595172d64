/**
 * Profile-guided code splitting of a WebAssembly module, as by Binaryen's wasm-split.
 *
 * How it works. The primary module keeps the functions that a start calls; all others move to the secondary module, which is loaded
 * lazily (kernels/pyodide/wasm/deferred-module.ts). A moved function becomes a trampoline in the primary module: it calls slot 0
 * of a new table if the global LOADED is 0, which loads the secondary module, and then its own slot with its own parameters. The
 * secondary module fills the slots of its functions by an element segment. It imports what it uses of the primary module:
 * functions by their slots, globals, the memory, tables and tags by (added) exports.
 * What must stay true: function indices of the primary module do not change, so C's function pointers stay valid; both modules
 * share the memory. Functions that use ref.func, or data or element segments, cannot move, as these belong to one module.
 * Why not Binaryen: no npm package contains wasm-split, and its placeholders cannot be suspended before the module is loaded.
 * Specification: https://webassembly.github.io/spec/core/binary/
 */
import { type Bytes, EMPTY_SIGNATURE, leb128, utf8 } from "../../kernels/pyodide/wasm/encoding";
import { PRIMARY, SLOT_TABLE, type Symbols, SYMBOLS, LOADED } from "../../kernels/pyodide/wasm/deferred-module";
import { type Named, walk } from "./instructions";
import { functionBody, type Item, KIND, vector, locals, Module, Reader, SECTION, signedLeb128, writeModule, Writer } from "./module";

export interface SplitModules {
  readonly primary: Uint8Array<ArrayBuffer>;
  readonly secondary: Uint8Array<ArrayBuffer>;
}

const FUNCREF = 0x70;
const NUMBER: Bytes = [0x7f, 1]; // a mutable i32 global
const CONST = 0x41;
const END = 0x0b;
/** Shorter functions do not pay for their trampolines. */
const SHORT = 32; // bytes

/** An index in a function's code, and its position. */
type Use = readonly [index: number, start: number, end: number];
interface Code {
  readonly body: Uint8Array;
  readonly functions: readonly Use[];
  readonly globals: readonly Use[];
}

/** Splits a module by the indices of the functions that a start calls. */
export function split(bytes: Uint8Array, startFunctions: ReadonlySet<number>): SplitModules {
  const whole = new Module(bytes);
  const first = whole.imported(KIND.function).length;
  const moved = new Map<number, Code>();
  whole.bodies.forEach((body, at) => {
    const code = startFunctions.has(first + at) || body.length < SHORT ? null : relocatable(body);
    if (code) moved.set(first + at, code);
  });
  const plan = new Plan(whole, moved);
  return { primary: primary(plan), secondary: secondary(plan) };
}

/** Null where a function cannot move: it uses ref.func, or a data or element segment. */
function relocatable(body: Uint8Array): Code | null {
  const uses: Record<Named, Use[]> = { call: [], global: [], reference: [], data: [], element: [] };
  const code = new Reader(body);
  locals(code);
  walk(code, (named, ...use) => { uses[named].push(use); });
  const isBound = uses.reference.length + uses.data.length + uses.element.length > 0;
  return isBound ? null : { body, functions: uses.call, globals: uses.global };
}

/** Decides what goes where. */
class Plan {
  /** Functions and globals of the primary module that moved functions use. */
  readonly called: readonly number[];
  readonly globals: readonly number[];
  /** The index of the slot table, after all other tables. */
  readonly table: number;
  /** The slot of each function; slot 0 loads the secondary module. */
  readonly slots: ReadonlyMap<number, number>;
  /** Symbols for shared libraries (strip-symbols.ts), with slots of functions. */
  readonly symbols: Symbols;
  /** Functions of the primary module in the slot table, after those that moved. */
  readonly staying: readonly number[];
  readonly #exported: ReadonlyMap<string, string>;

  constructor(
    readonly whole: Module,
    readonly moved: ReadonlyMap<number, Code>,
  ) {
    const codes = [...moved.values()];
    this.called = sorted(codes.flatMap(({ functions }) => functions.map(([index]) => index))).filter((index) => !moved.has(index));
    this.globals = sorted(codes.flatMap(({ globals }) => globals.map(([index]) => index)));
    this.table = this.count(KIND.table);
    const symbols = whole.custom.get(SYMBOLS);
    // Written by strip-symbols.ts.
    const { functions, addresses } = symbols ? (JSON.parse(new TextDecoder().decode(symbols)) as Symbols) : { functions: {}, addresses: {} };
    const staying = sorted([...this.called.filter((index) => !this.import(KIND.function, index)), ...Object.values(functions)]);
    const slots = new Map(staying.map((index, at) => [index, 1 + moved.size + at]));
    this.staying = staying;
    this.symbols = { functions: Object.fromEntries(Object.entries(functions).map(([name, index]) => [name, slots.get(index) ?? 0])), addresses };
    this.slots = new Map([...slots, ...[...moved.keys()].map((index, at) => [index, 1 + at] as const)]);
    this.#exported = new Map(whole.exports.map(([name, kind, index]) => [`${kind}.${index}`, name]));
  }

  count(kind: Kind): number {
    return this.whole.imported(kind).length + this.whole.defined(kind).length;
  }

  import(kind: Kind, index: number): Item | undefined {
    return this.whole.imported(kind)[index]?.whole;
  }

  type(index: number): number {
    const imported = this.whole.imported(KIND.function);
    const type = imported[index]?.type ?? this.whole.functions[index - imported.length];
    if (type === undefined) throw new Error(`The program has no function ${index}.`);
    return type;
  }

  /** The name by which the primary module exports an item, and whether the export was added. */
  name(kind: Kind, index: number): readonly [name: string, added: boolean] {
    const key = `${kind}.${index}`;
    const name = this.#exported.get(key);
    return name === undefined ? [`${SLOT_TABLE}.${key}`, true] : [name, false];
  }

  /** An element segment for the slot table. */
  segment(from: number, functions: readonly Bytes[]): Item {
    return vector([[2, ...leb128(this.table), CONST, ...signedLeb128(from), END, 0, ...vector(functions)]]);
  }

  get limits(): Bytes {
    const length = leb128(1 + this.moved.size + this.staying.length);
    return [FUNCREF, 1, ...length, ...length];
  }
}
type Kind = (typeof KIND)[keyof typeof KIND];

/** Kinds of which all items are shared. */
const SHARED = [KIND.table, KIND.memory, KIND.tag] as const;

function shared(plan: Plan): readonly (readonly [kind: Kind, index: number])[] {
  const whole = SHARED.flatMap((kind) => Array.from({ length: plan.count(kind) }, (_, index) => [kind, index] as const));
  return [...whole, ...plan.globals.map((index) => [KIND.global, index] as const)];
}

function primary(plan: Plan): Uint8Array<ArrayBuffer> {
  const { whole, moved } = plan;
  const nothing = whole.types.length;
  const loaded = plan.count(KIND.global);
  const first = whole.imported(KIND.function).length;
  const added = shared(plan).flatMap(([kind, index]) => {
    const [name, isNew] = plan.name(kind, index);
    return isNew ? [[...utf8(name), kind, ...leb128(index)]] : [];
  });
  const exports = [...added, [...utf8(SLOT_TABLE), KIND.table, ...leb128(plan.table)], [...utf8(LOADED), KIND.global, ...leb128(loaded)]];
  const bodies = whole.bodies.map((body, at) => functionBody(moved.has(first + at) ? trampoline(plan, first + at, loaded, nothing) : body));
  return whole.with(new Map([
    [SECTION.type, vector([...whole.types, EMPTY_SIGNATURE])],
    [SECTION.table, vector([...whole.defined(KIND.table), plan.limits])],
    [SECTION.global, vector([...whole.defined(KIND.global), [...NUMBER, CONST, 0, END]])],
    [SECTION.export, vector([...whole.exports.map(([name, kind, index]) => [...utf8(name), kind, ...leb128(index)]), ...exports])],
    [SECTION.element, concatenated(whole.section(SECTION.element), plan.segment(1 + moved.size, plan.staying.map((index) => leb128(index))))],
    [SECTION.code, vector(bodies)],
  ]), new Map([...whole.custom].filter(([name]) => name !== SYMBOLS)));
}

/** The body left in place of a moved function: `if (!loaded) slots[0](); return slots[own](...parameters)`. */
function trampoline(plan: Plan, index: number, there: number, nothing: number): Bytes {
  const type = plan.type(index);
  const parameters = Array.from({ length: plan.whole.parameters(type) }, (_, at) => [0x20, ...leb128(at)]).flat();
  const call = (slot: number, type: number): Bytes => [CONST, ...signedLeb128(slot), 0x11, ...leb128(type), ...leb128(plan.table)];
  return [0, 0x23, ...leb128(there), 0x45, 0x04, 0x40, ...call(0, nothing), END, ...parameters, ...call(plan.slots.get(index) ?? 0, type), END];
}

function secondary(plan: Plan): Uint8Array<ArrayBuffer> {
  const { whole, moved, called, globals } = plan;
  const functions = new Map([...called, ...moved.keys()].map((index, at) => [index, at]));
  const uses = new Map(globals.map((index, at) => [index, at]));
  const fromPrimary = (name: string, kind: Kind, what: Item): Item => new Writer().add(utf8(PRIMARY), utf8(name), [kind], what).bytes();
  const imports = [
    ...called.map((index) => plan.import(KIND.function, index) ?? fromPrimary(String(plan.slots.get(index)), KIND.function, leb128(plan.type(index)))),
    ...shared(plan).map(([kind, index]) => plan.import(kind, index) ?? fromPrimary(plan.name(kind, index)[0], kind, whole.descriptorOf(kind, index))),
    fromPrimary(SLOT_TABLE, KIND.table, plan.limits),
  ];
  const moves = [...moved].map(([index, code]) => ({ type: leb128(plan.type(index)), body: renumbered(code, functions, uses) }));
  return writeModule(new Map([
    [SECTION.type, whole.section(SECTION.type)],
    [SECTION.import, vector(imports)],
    [SECTION.function, vector(moves.map(({ type }) => type))],
    [SECTION.element, plan.segment(1, [...moved.keys()].map((index) => leb128(functions.get(index) ?? 0)))],
    [SECTION.code, vector(moves.map(({ body }) => functionBody(body)))],
  ]), new Map([[SYMBOLS, new TextEncoder().encode(JSON.stringify(plan.symbols))]]));
}

function renumbered({ body, functions, globals }: Code, functionsOf: ReadonlyMap<number, number>, globalsOf: ReadonlyMap<number, number>): Uint8Array {
  const changes = [...functions.map((use) => [use, functionsOf] as const), ...globals.map((use) => [use, globalsOf] as const)];
  changes.sort(([[, one]], [[, other]]) => one - other);
  const writer = new Writer();
  let at = 0;
  for (const [[index, start, end], numbers] of changes) {
    writer.add(body.subarray(at, start), leb128(numbers.get(index) ?? 0));
    at = end;
  }
  return writer.add(body.subarray(at)).bytes();
}

/** Two vectors, concatenated. */
function concatenated(some: Uint8Array, more: Item): Uint8Array {
  const [one, other] = [new Reader(some), new Reader(Uint8Array.from(more))];
  const count = one.leb128() + other.leb128();
  return new Writer().add(leb128(count), one.rest(), other.rest()).bytes();
}

const sorted = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((one, other) => one - other);

/**
 * A program in two parts: a primary module with the functions that a start calls, and a secondary one with the rest, which is
 * fetched when there is time, or when it is called (kernels/pyodide/wasm/deferred-module.ts). In the primary module, a function that moved
 * only calls it where it is now, by a table of the two, and has the secondary module come first where it is not there yet. They
 * have one memory, and the numbers by which C knows functions are what they were. Binaryen's wasm-split does the same; no
 * registry has it, and what it leaves in place of a function can be suspended only once the secondary module is there.
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
const NUMBER: Bytes = [0x7f, 1]; // the type of a global that changes
const CONST = 0x41;
const END = 0x0b;
/** Shorter functions are not worth the detour. */
const SHORT = 32; // bytes

/** What a function's code names, and where. */
type Use = readonly [index: number, start: number, end: number];
interface Code {
  readonly body: Uint8Array;
  readonly functions: readonly Use[];
  readonly globals: readonly Use[];
}

/** The parts, by the functions that a start calls: they are numbered as in WebAssembly, with the imported ones first. */
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

/** Null where it is bound to its module: it refers to a function as such, or to data that is still to be laid down. */
function relocatable(body: Uint8Array): Code | null {
  const uses: Record<Named, Use[]> = { call: [], global: [], reference: [], data: [], element: [] };
  const code = new Reader(body);
  locals(code);
  walk(code, (named, ...use) => { uses[named].push(use); });
  const isBound = uses.reference.length + uses.data.length + uses.element.length > 0;
  return isBound ? null : { body, functions: uses.call, globals: uses.global };
}

/** What goes where. */
class Plan {
  /** What those that moved call and use, of what did not move. */
  readonly called: readonly number[];
  readonly globals: readonly number[];
  /** The number of the table of the two: it comes after all others. */
  readonly table: number;
  /** Where a function is in that table; at 0 is what has the secondary module come. */
  readonly slots: ReadonlyMap<number, number>;
  /** What shared libraries ask for (build/wasm-split/strip-symbols.ts): its functions by the places of the table where the primary module's own are. */
  readonly symbols: Symbols;
  /** After the slots of what moved, the functions of the primary module that are in the table. */
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
    // build/wasm-split/strip-symbols.ts has written it.
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

  /** By which name the primary module exports a thing, and whether only for this. */
  name(kind: Kind, index: number): readonly [name: string, added: boolean] {
    const place = `${kind}.${index}`;
    const name = this.#exported.get(place);
    return name === undefined ? [`${SLOT_TABLE}.${place}`, true] : [name, false];
  }

  /** The slots of the table, from one to another. */
  segment(from: number, functions: readonly Bytes[]): Item {
    return vector([[2, ...leb128(this.table), CONST, ...signedLeb128(from), END, 0, ...vector(functions)]]);
  }

  get limits(): Bytes {
    const length = leb128(1 + this.moved.size + this.staying.length);
    return [FUNCREF, 1, ...length, ...length];
  }
}
type Kind = (typeof KIND)[keyof typeof KIND];

/** What is shared whole, beside the functions and globals that are used. */
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

/** The body of a function that moved, where it was: `if (!there) slots[0](); return slots[its own](...its parameters)`. */
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

/** A list with some more at its end. */
function concatenated(some: Uint8Array, more: Item): Uint8Array {
  const [one, other] = [new Reader(some), new Reader(Uint8Array.from(more))];
  const count = one.leb128() + other.leb128();
  return new Writer().add(leb128(count), one.rest(), other.rest()).bytes();
}

const sorted = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((one, other) => one - other);

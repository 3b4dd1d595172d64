/**
 * A program in two parts: a primary module with the functions that a start calls, and a secondary one with the rest, which is
 * fetched when there is time, or when it is called (kernels/pyodide/wasm/deferred-module.ts). In the primary module, a function that moved
 * only calls it where it is now, by a table of the two, and has the secondary module come first where it is not there yet. They
 * have one memory, and the numbers by which C knows functions are what they were. Binaryen's wasm-split does the same; no
 * registry has it, and what it leaves in place of a function can be suspended only once the secondary module is there.
 */
import { type Bytes, NOTHING, number, text } from "../../kernels/pyodide/wasm/encoding";
import { PRIMARY, SLOTS, type Symbols, SYMBOLS, THERE } from "../../kernels/pyodide/wasm/deferred-module";
import { type Named, walk } from "./instructions";
import { coded, type Item, KIND, list, locals, Module, Reader, SECTION, signed, written, Writer } from "./module";

export interface Parts {
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
export function split(bytes: Uint8Array, wanted: ReadonlySet<number>): Parts {
  const whole = new Module(bytes);
  const first = whole.imported(KIND.function).length;
  const moved = new Map<number, Code>();
  whole.bodies.forEach((body, at) => {
    const code = wanted.has(first + at) || body.length < SHORT ? null : read(body);
    if (code) moved.set(first + at, code);
  });
  const plan = new Plan(whole, moved);
  return { primary: primary(plan), secondary: secondary(plan) };
}

/** Null where it is bound to its module: it refers to a function as such, or to data that is still to be laid down. */
function read(body: Uint8Array): Code | null {
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
    return this.whole.imported(kind).length + this.whole.own(kind).length;
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
    return name === undefined ? [`${SLOTS}.${place}`, true] : [name, false];
  }

  /** The slots of the table, from one to another. */
  segment(from: number, functions: readonly Bytes[]): Item {
    return list([[2, ...number(this.table), CONST, ...signed(from), END, 0, ...list(functions)]]);
  }

  get limits(): Bytes {
    const length = number(1 + this.moved.size + this.staying.length);
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
  const there = plan.count(KIND.global);
  const first = whole.imported(KIND.function).length;
  const added = shared(plan).flatMap(([kind, index]) => {
    const [name, isNew] = plan.name(kind, index);
    return isNew ? [[...text(name), kind, ...number(index)]] : [];
  });
  const exports = [...added, [...text(SLOTS), KIND.table, ...number(plan.table)], [...text(THERE), KIND.global, ...number(there)]];
  const bodies = whole.bodies.map((body, at) => coded(moved.has(first + at) ? detour(plan, first + at, there, nothing) : body));
  return whole.with(new Map([
    [SECTION.type, list([...whole.types, NOTHING])],
    [SECTION.table, list([...whole.own(KIND.table), plan.limits])],
    [SECTION.global, list([...whole.own(KIND.global), [...NUMBER, CONST, 0, END]])],
    [SECTION.export, list([...whole.exports.map(([name, kind, index]) => [...text(name), kind, ...number(index)]), ...exports])],
    [SECTION.element, joined(whole.section(SECTION.element), plan.segment(1 + moved.size, plan.staying.map((index) => number(index))))],
    [SECTION.code, list(bodies)],
  ]), new Map([...whole.custom].filter(([name]) => name !== SYMBOLS)));
}

/** The body of a function that moved, where it was: `if (!there) slots[0](); return slots[its own](...its parameters)`. */
function detour(plan: Plan, index: number, there: number, nothing: number): Bytes {
  const type = plan.type(index);
  const parameters = Array.from({ length: plan.whole.parameters(type) }, (_, at) => [0x20, ...number(at)]).flat();
  const call = (slot: number, type: number): Bytes => [CONST, ...signed(slot), 0x11, ...number(type), ...number(plan.table)];
  return [0, 0x23, ...number(there), 0x45, 0x04, 0x40, ...call(0, nothing), END, ...parameters, ...call(plan.slots.get(index) ?? 0, type), END];
}

function secondary(plan: Plan): Uint8Array<ArrayBuffer> {
  const { whole, moved, called, globals } = plan;
  const functions = new Map([...called, ...moved.keys()].map((index, at) => [index, at]));
  const uses = new Map(globals.map((index, at) => [index, at]));
  const fromPrimary = (name: string, kind: Kind, what: Item): Item => new Writer().add(text(PRIMARY), text(name), [kind], what).bytes();
  const imports = [
    ...called.map((index) => plan.import(KIND.function, index) ?? fromPrimary(String(plan.slots.get(index)), KIND.function, number(plan.type(index)))),
    ...shared(plan).map(([kind, index]) => plan.import(kind, index) ?? fromPrimary(plan.name(kind, index)[0], kind, whole.described(kind, index))),
    fromPrimary(SLOTS, KIND.table, plan.limits),
  ];
  const moves = [...moved].map(([index, code]) => ({ type: number(plan.type(index)), body: renumbered(code, functions, uses) }));
  return written(new Map([
    [SECTION.type, whole.section(SECTION.type)],
    [SECTION.import, list(imports)],
    [SECTION.function, list(moves.map(({ type }) => type))],
    [SECTION.element, plan.segment(1, [...moved.keys()].map((index) => number(functions.get(index) ?? 0)))],
    [SECTION.code, list(moves.map(({ body }) => coded(body)))],
  ]), new Map([[SYMBOLS, new TextEncoder().encode(JSON.stringify(plan.symbols))]]));
}

function renumbered({ body, functions, globals }: Code, functionsOf: ReadonlyMap<number, number>, globalsOf: ReadonlyMap<number, number>): Uint8Array {
  const changes = [...functions.map((use) => [use, functionsOf] as const), ...globals.map((use) => [use, globalsOf] as const)];
  changes.sort(([[, one]], [[, other]]) => one - other);
  const writer = new Writer();
  let at = 0;
  for (const [[index, start, end], numbers] of changes) {
    writer.add(body.subarray(at, start), number(numbers.get(index) ?? 0));
    at = end;
  }
  return writer.add(body.subarray(at)).bytes();
}

/** A list with some more at its end. */
function joined(some: Uint8Array, more: Item): Uint8Array {
  const [one, other] = [new Reader(some), new Reader(Uint8Array.from(more))];
  const count = one.number() + other.number();
  return new Writer().add(number(count), one.rest(), other.rest()).bytes();
}

const sorted = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((one, other) => one - other);

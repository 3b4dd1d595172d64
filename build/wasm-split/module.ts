/** Parses and writes WebAssembly modules, as far as split.ts changes them. https://webassembly.github.io/spec/core/binary/ */
import { type Bytes, leb128, utf8 } from "../../kernels/pyodide/wasm/encoding";

export type Item = Uint8Array | Bytes;

/** https://webassembly.github.io/spec/core/binary/modules.html#sections */
export const SECTION = { type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, element: 9, code: 10, tag: 13 } as const;
/** The order of sections in a module, which is not that of their ids. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
/** The kinds of imports and exports. */
export const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;
const SECTION_OF = [SECTION.function, SECTION.table, SECTION.memory, SECTION.global, SECTION.tag];

const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const FUNCTION = 0x60;
const END = 0x0b;

/** Reads the binary format sequentially. */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error("The module ends unexpectedly.");
    return byte;
  }

  /** An unsigned LEB128 number. https://webassembly.github.io/spec/core/binary/values.html#integers */
  leb128(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.byte();
      value += (byte % 0x80) * unit;
      if (byte < 0x80) return value;
    }
  }

  /** Skips a LEB128 number. */
  skipLeb128(): void {
    while (this.byte() >= 0x80);
  }

  utf8(): string {
    return new TextDecoder().decode(this.take(this.leb128()));
  }

  take(length: number): Uint8Array {
    return this.bytes.subarray(this.at, (this.at += length));
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }

  list<T>(item: (reader: this) => T): T[] {
    return Array.from({ length: this.leb128() }, () => item(this));
  }

  /** The bytes that `read` consumes. */
  bytesOf(read: (reader: this) => void): Uint8Array {
    const start = this.at;
    read(this);
    return this.bytes.subarray(start, this.at);
  }
}

export interface Import {
  readonly kind: number;
  /** The type of a function. */
  readonly type: number;
  /** The descriptor, and the whole entry with its names. */
  readonly what: Uint8Array;
  readonly whole: Uint8Array;
}

/** A parsed module. For each kind, imports have the first indices. */
export class Module {
  readonly #sections = new Map<number, Uint8Array>();
  /** Custom sections by name; the linker's has to come first. */
  readonly custom: ReadonlyMap<string, Uint8Array>;
  readonly types: readonly Uint8Array[];
  readonly exports: readonly (readonly [name: string, kind: number, index: number])[];
  /** The types and bodies of the functions that it defines. */
  readonly functions: readonly number[];
  readonly bodies: readonly Uint8Array[];
  readonly #imports: readonly Import[];
  readonly #own: readonly (readonly Uint8Array[])[];

  constructor(bytes: Uint8Array) {
    const reader = new Reader(bytes, HEAD.length);
    const custom = new Map<string, Uint8Array>();
    while (reader.at < bytes.length) {
      const id = reader.byte();
      const section = new Reader(reader.take(reader.leb128()));
      if (id === 0) custom.set(section.utf8(), section.rest());
      else this.#sections.set(id, section.bytes);
    }
    this.custom = custom;
    const all = <T>(id: number, item: (reader: Reader) => T): T[] => new Reader(this.section(id)).list(item);
    this.types = all(SECTION.type, (one) => one.bytesOf(type));
    this.#imports = all(SECTION.import, imported);
    this.functions = all(SECTION.function, (one) => one.leb128());
    this.exports = all(SECTION.export, (one) => [one.utf8(), one.byte(), one.leb128()] as const);
    this.bodies = all(SECTION.code, (one) => one.take(one.leb128()));
    this.#own = SECTION_OF.map((id, kind) => all(id, (one) => one.bytesOf(READ[kind] ?? type)));
  }

  section(id: number): Uint8Array {
    return this.#sections.get(id) ?? Uint8Array.of(0);
  }

  imported(kind: number): readonly Import[] {
    return this.#imports.filter((one) => one.kind === kind);
  }

  /** The definitions of a kind. */
  defined(kind: number): readonly Uint8Array[] {
    return this.#own[kind] ?? [];
  }

  /** The import descriptor for a definition of this module. */
  descriptorOf(kind: number, index: number): Uint8Array {
    const whole = this.defined(kind)[index - this.imported(kind).length];
    if (!whole) throw new Error(`The module defines no index ${index} of kind ${kind}.`);
    return kind === KIND.global ? whole.subarray(0, 2) : whole;
  }

  /** The number of parameters of a function type. */
  parameters(type: number): number {
    return this.types[type]?.[1] ?? 0;
  }

  /** Writes the module with some sections replaced. */
  with(sections: ReadonlyMap<number, Item>, custom: ReadonlyMap<string, Item> = this.custom): Uint8Array<ArrayBuffer> {
    return writeModule(new Map([...this.#sections, ...sections]), custom);
  }
}

function type(one: Reader): void {
  if (one.byte() !== FUNCTION) throw new Error("The module has types other than function types, which are not supported.");
  one.take(one.leb128());
  one.take(one.leb128());
}

function limits(one: Reader): void {
  const flags = one.byte();
  one.skipLeb128();
  if (flags & 1) one.skipLeb128();
}

/** Reads the locals at the start of a function body. */
export const locals = (one: Reader): void => { one.list((local) => { local.skipLeb128(); local.byte(); }); };

/** Readers of definitions, by kind. */
const READ: readonly ((one: Reader) => void)[] = [
  (one) => { one.skipLeb128(); },
  (one) => { one.byte(); limits(one); },
  limits,
  (one) => { one.take(2); while (one.byte() !== END) one.skipLeb128(); }, // mutability is one byte, type is another
  (one) => { one.byte(); one.skipLeb128(); },
];

function imported(one: Reader): Import {
  const begin = one.at;
  for (let names = 0; names < 2; names++) one.utf8();
  const kind = one.byte();
  const what = one.bytesOf((one) => { if (kind === KIND.global) one.take(2); else READ[kind]?.(one); });
  return { kind, type: kind === KIND.function ? new Reader(what).leb128() : 0, what, whole: one.bytes.subarray(begin, one.at) };
}

/** Concatenates bytes. */
export class Writer {
  readonly #parts: Item[] = [];

  add(...parts: readonly Item[]): this {
    for (const part of parts) this.#parts.push(part);
    return this;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

export function writeModule(sections: ReadonlyMap<number, Item>, custom: ReadonlyMap<string, Item>): Uint8Array<ArrayBuffer> {
  const writer = new Writer().add(HEAD);
  const add = (id: number, ...parts: readonly Item[]): void => {
    writer.add([id], leb128(parts.reduce((sum, { length }) => sum + length, 0)), ...parts);
  };
  for (const [name, section] of custom) add(0, utf8(name), section);
  for (const id of ORDER) {
    const section = sections.get(id);
    if (section) add(id, section);
  }
  return writer.bytes();
}

export const vector = (items: readonly Item[]): Uint8Array => new Writer().add(leb128(items.length), ...items).bytes();
/** A function body with its length, as in the code section. */
export const functionBody = (bytes: Item): Uint8Array => new Writer().add(leb128(bytes.length), bytes).bytes();

/** A non-negative number as signed LEB128, as in constants. */
export function signedLeb128(value: number): Bytes {
  return value < 0x40 ? [value] : [(value % 0x80) + 0x80, ...signedLeb128(Math.floor(value / 0x80))];
}

/** The value of an immutable i32 global with a constant initialiser (an address); null for others. */
export function constantAddress(global: Uint8Array): number | null {
  const code = new Reader(global);
  const isConstant = I32.every((byte) => code.byte() === byte);
  const value = isConstant ? code.leb128() : 0;
  // Bit 6 of the last byte is the sign.
  const isPositive = (global[code.at - 1] ?? SIGN) < SIGN;
  return isConstant && isPositive && code.byte() === END ? value : null;
}
/** Immutable i32, initialised by i32.const. */
const I32: Bytes = [0x7f, 0, 0x41];
const SIGN = 0x40;

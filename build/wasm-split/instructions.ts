/** Walks through a function's code and visits each index of a function, global, data or element segment. https://webassembly.github.io/spec/core/binary/instructions.html */
import type { Reader } from "./module";

/** The kinds of indices that are visited. */
export type Named = "call" | "reference" | "global" | "data" | "element";

/** Called for each index: its kind, its value, and its position in the code. */
export type Visit = (named: Named, index: number, start: number, end: number) => void;

/** Walks from the end of the locals to the end of the body. Throws at an unknown instruction. */
export function walk(code: Reader, visit: Visit): void {
  const name = (named: Named): void => {
    const start = code.at;
    visit(named, code.leb128(), start, code.at);
  };
  while (code.at < code.bytes.length) instruction(code, name);
}

function instruction(code: Reader, name: (named: Named) => void): void {
  const byte = code.byte();
  if (byte >= 0x28 && byte <= 0x3e) memory(code);
  else if (byte >= 0x45 && byte <= 0xc4) return; // numeric: no immediates
  else if (byte === 0xfc) more(code, name);
  else {
    const read = READ[byte];
    if (!read) throw new Error(`The instruction 0x${byte.toString(16)} is unknown; add it to build/wasm-split/instructions.ts.`);
    read(code, name);
  }
}

type Read = (code: Reader, name: (named: Named) => void) => void;

const nothing: Read = () => undefined;
const one: Read = (code) => { code.skipLeb128(); };
const two: Read = (code) => { code.skipLeb128(); code.skipLeb128(); };
const calls: Read = (_, name) => { name("call"); };
const uses: Read = (_, name) => { name("global"); };

const READ: Readonly<Record<number, Read | undefined>> = {
  ...each([0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0xd1, 0xd3, 0xd4], nothing),
  // A block's type, or the index of a label, tag, local, table or memory, or a constant: these do not change.
  ...each([0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x09, 0x0c, 0x0d, 0x14, 0x15, 0x18, 0x20, 0x21, 0x22, 0x25, 0x26, 0x3f, 0x40, 0x41, 0x42, 0xd0, 0xd5, 0xd6], one),
  ...each([0x11, 0x13], two), // call_indirect: type and table
  ...each([0x10, 0x12], calls),
  0xd2: (_, name) => { name("reference"); },
  ...each([0x23, 0x24], uses),
  0x0e: (code) => { code.list(() => { code.skipLeb128(); }); code.skipLeb128(); },
  0x1c: (code) => { code.list(() => { code.skipLeb128(); }); },
  0x1f: (code) => { code.skipLeb128(); code.list(() => { if (code.byte() < 2) code.skipLeb128(); code.skipLeb128(); }); },
  0x43: (code) => { code.take(4); },
  0x44: (code) => { code.take(8); },
};

function each(bytes: readonly number[], read: Read): Record<number, Read> {
  return Object.fromEntries(bytes.map((byte) => [byte, read]));
}

/** Alignment, offset, and the memory's index where bit 6 is set. */
function memory(code: Reader): void {
  if (code.leb128() & 0x40) code.skipLeb128();
  code.skipLeb128();
}

/** Instructions with the prefix 0xFC. */
function more(code: Reader, name: (named: Named) => void): void {
  const which = code.leb128();
  if (which === 8) { name("data"); code.skipLeb128(); }
  else if (which === 9) name("data");
  else if (which === 12) { name("element"); code.skipLeb128(); }
  else if (which === 13) name("element");
  else if (which === 10 || which === 14) two(code, name);
  else if (which > 7) one(code, name);
}

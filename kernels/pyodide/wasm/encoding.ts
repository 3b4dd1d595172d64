/** Encodings of the WebAssembly binary format: LEB128 numbers, names and vectors of bytes. https://webassembly.github.io/spec/core/binary/values.html */

export type Bytes = readonly number[];

/** An unsigned number in LEB128. */
export function leb128(value: number): Bytes {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...leb128(Math.floor(value / 0x80))];
}

export const withLength = (bytes: Bytes): Bytes => [...leb128(bytes.length), ...bytes];
export const utf8 = (letters: string): Bytes => withLength([...new TextEncoder().encode(letters)]);

/** The type of a function without parameters or results. */
export const EMPTY_SIGNATURE: Bytes = [0x60, 0, 0];

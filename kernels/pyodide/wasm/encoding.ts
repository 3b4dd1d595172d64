/** How WebAssembly writes numbers, texts and what has a length. https://webassembly.github.io/spec/core/binary/values.html */

export type Bytes = readonly number[];

/** A number without a sign. */
export function number(value: number): Bytes {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...number(Math.floor(value / 0x80))];
}

export const sized = (bytes: Bytes): Bytes => [...number(bytes.length), ...bytes];
export const text = (letters: string): Bytes => sized([...new TextEncoder().encode(letters)]);

/** The type of a function that takes and returns nothing. */
export const NOTHING: Bytes = [0x60, 0, 0];

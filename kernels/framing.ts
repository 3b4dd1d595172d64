/**
 * The framing of kernel messages: the number of offsets, the offsets, and the parts between them.
 * https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html
 */

/** The index of each part in a message; buffers follow. */
export const PART = { channel: 0, header: 1, parent: 2, metadata: 3, content: 4 } as const;

type Part = Uint8Array<ArrayBuffer>;

/** The fields of a header that are read here. */
export interface Header {
  readonly msg_id?: string;
  readonly msg_type?: string;
}

/** The parts of a message, as views into it. */
export function unframe(message: ArrayBuffer): Part[] {
  const view = new DataView(message);
  const word = (at: number): number => Number(view.getBigUint64(8 * at, true));
  return Array.from({ length: word(0) - 1 }, (_, part) => new Uint8Array(message, word(part + 1), word(part + 2) - word(part + 1)));
}

/** The parts as one message. */
export function frame(parts: readonly Part[]): ArrayBuffer {
  const offsets = [8 * (parts.length + 2)];
  for (const part of parts) offsets.push((offsets.at(-1) ?? 0) + part.length);
  const whole = new Uint8Array(offsets.at(-1) ?? 0);
  const view = new DataView(whole.buffer);
  [offsets.length, ...offsets].forEach((word, at) => { view.setBigUint64(8 * at, BigInt(word), true); });
  parts.forEach((part, at) => { whole.set(part, offsets[at]); });
  return whole.buffer;
}

/** A part parsed as JSON; an empty object where the part is missing or empty. */
export const parse = <T extends object>(part: Part | undefined): Partial<T> => JSON.parse(decode(part) || "{}") as Partial<T>;

export const decode = (part: Part | undefined): string => new TextDecoder().decode(part);

export const encode = (text: string): Part => new TextEncoder().encode(text);

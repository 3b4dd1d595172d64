/** The protocol between the relay (wasmnb_zmq/wasm.py) and this process over pipes, and between this process's two threads. */

/** A message: its kind, its client, and one framed kernel message or a sentence. */
export interface PipeMessage {
  readonly kind: Kind;
  readonly client: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** From the relay: a message, an urgent one that must also reach busy code, a signal. To the relay: a message, a failure with its reason. */
export type Kind = "message" | "urgent" | "signal" | "failed";

/** Encodes a message for a pipe: the first letter of its kind, the length of the client's name (2 bytes), the length of the rest (4 bytes); then both. */
export function encodeMessage({ kind, client, bytes }: PipeMessage): [Uint8Array, Uint8Array] {
  const name = new TextEncoder().encode(client);
  const head = new Uint8Array(HEAD + name.length);
  const view = new DataView(head.buffer);
  head[0] = kind.charCodeAt(0);
  view.setUint16(1, name.length, true);
  view.setUint32(3, bytes.length, true);
  head.set(name, HEAD);
  return [head, bytes];
}

/** Decodes messages from a pipe that arrive in pieces of any size. */
export class MessageReader {
  #rest = new Uint8Array();

  *read(piece: Uint8Array): Generator<PipeMessage> {
    const all = new Uint8Array(this.#rest.length + piece.length);
    all.set(this.#rest);
    all.set(piece, this.#rest.length);
    let at = 0;
    for (let end = this.#end(all, at); end <= all.length; end = this.#end(all, at)) {
      const view = new DataView(all.buffer, at);
      const start = at + HEAD + view.getUint16(1, true);
      const client = new TextDecoder().decode(all.subarray(at + HEAD, start));
      yield { kind: KINDS[String.fromCharCode(view.getUint8(0))] ?? "failed", client, bytes: all.slice(start, end) };
      at = end;
    }
    this.#rest = all.slice(at);
  }

  /** The end of the message that starts here; Infinity while its head is incomplete. */
  #end(all: Uint8Array<ArrayBuffer>, at: number): number {
    if (all.length < at + HEAD) return Infinity;
    const view = new DataView(all.buffer, at);
    return at + HEAD + view.getUint16(1, true) + view.getUint32(3, true);
  }
}

const HEAD = 7;
const KINDS: Readonly<Record<string, Kind>> = { m: "message", u: "urgent", s: "signal", f: "failed" };

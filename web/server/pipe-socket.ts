/** A WebSocket whose other end is in this page: a pipe for framed messages. */

import { FRAMING } from "../../kernels/port";

/** The other end: it hears what the client sends, and when the client leaves. */
export interface Peer {
  message(bytes: ArrayBuffer): void;
  left(): void;
}

/** Why a socket closes: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
export const CLOSED = { normally: 1000, byFailure: 1011 } as const;

/** What JupyterLab takes for a WebSocket; `open`, `deliver` and `end` are for the page's side of it. */
export class PipeSocket extends EventTarget implements WebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;

  /** The pipe has but one framing, whichever the client asked for. */
  readonly protocol = FRAMING;
  readonly extensions = "";
  readonly bufferedAmount = 0;
  binaryType: BinaryType = "blob";
  onopen: ((event: Event) => unknown) | null = null;
  onmessage: ((event: MessageEvent) => unknown) | null = null;
  onerror: ((event: Event) => unknown) | null = null;
  onclose: ((event: CloseEvent) => unknown) | null = null;
  #readyState: 0 | 1 | 2 | 3 = PipeSocket.CONNECTING;

  constructor(
    readonly url: string,
    private readonly peer: Peer,
  ) {
    super();
    this.addEventListener("open", (event) => this.onopen?.(event));
    this.addEventListener("message", (event) => this.onmessage?.(event as MessageEvent));
    this.addEventListener("error", (event) => this.onerror?.(event));
    this.addEventListener("close", (event) => this.onclose?.(event as CloseEvent));
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  /** Hands the other end one message; an ArrayBuffer is given away, as the port transfers it to its worker. */
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (this.#readyState === PipeSocket.CONNECTING) {
      throw new DOMException("The socket is still connecting to its kernel.", "InvalidStateError");
    }
    if (this.#readyState === PipeSocket.OPEN) this.peer.message(bytesOf(data));
  }

  close(code: number = CLOSED.normally, reason = ""): void {
    if (this.#readyState >= PipeSocket.CLOSING) return;
    this.peer.left();
    this.end(code, reason);
  }

  /** Lets the client in, once the code that made the socket has set its handlers. */
  open(): void {
    queueMicrotask(() => {
      if (this.#readyState !== PipeSocket.CONNECTING) return;
      this.#readyState = PipeSocket.OPEN;
      this.dispatchEvent(new Event("open"));
    });
  }

  /** Tells the client one message. */
  deliver(bytes: ArrayBuffer): void {
    if (this.#readyState !== PipeSocket.OPEN) return;
    const data = this.binaryType === "blob" ? new Blob([bytes]) : bytes;
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  /** Closes the socket from the page's side; like a browser, with an error where it had never been open. */
  end(code: number, reason: string): void {
    if (this.#readyState >= PipeSocket.CLOSING) return;
    const refused = this.#readyState === PipeSocket.CONNECTING && code !== CLOSED.normally;
    this.#readyState = PipeSocket.CLOSING;
    queueMicrotask(() => {
      this.#readyState = PipeSocket.CLOSED;
      if (refused) this.dispatchEvent(new Event("error"));
      this.dispatchEvent(new Closed(code, reason));
    });
  }
}

/** A CloseEvent, which Node has only from version 23 on. */
class Closed extends Event {
  readonly wasClean = true;

  constructor(
    readonly code: number,
    readonly reason: string,
  ) {
    super("close");
  }
}

function bytesOf(data: string | ArrayBufferLike | Blob | ArrayBufferView): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data;
  if (typeof data === "string") return new TextEncoder().encode(data).buffer;
  if (data instanceof Blob) throw new TypeError("A kernel's socket takes ArrayBuffers, views and text, not Blobs.");
  const view = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
  return new Uint8Array(view).buffer;
}

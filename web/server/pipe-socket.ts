/**
 * An in-memory WebSocket (loopback transport): JupyterLab holds one end, a kernel of this page the other.
 *
 * It keeps the contract of the browser's class, on which JupyterLab's KernelConnection relies (https://websockets.spec.whatwg.org/):
 * - `open` and `close` events come in a later microtask, after the constructor's caller has set its handlers;
 * - sending before `open` throws, sending after `close` does nothing;
 * - a socket that fails before it was open emits `error`, then `close`.
 * Messages are framed as the protocol "v1.kernel.websocket.jupyter.org" has it. They are not copied: `send` gives an ArrayBuffer away.
 */

import { FRAMING } from "../../kernels/port";

/** The other end. It receives messages, and is notified when the client closes the socket. */
export interface Peer {
  message(bytes: ArrayBuffer): void;
  closed(): void;
}

/** Close codes: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
export const CLOSED = { normally: 1000, byFailure: 1011 } as const;

/** The client's end; `open`, `deliver` and `closeByPeer` are called by the other one. */
export class PipeSocket extends EventTarget implements WebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;

  /** There is one framing, whichever protocols the client offers. */
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

  /** Sends a message; an ArrayBuffer is given away, as the port transfers it to its worker. */
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (this.#readyState === PipeSocket.CONNECTING) {
      throw new DOMException("The socket is still connecting to its kernel.", "InvalidStateError");
    }
    if (this.#readyState === PipeSocket.OPEN) this.peer.message(bytesOf(data));
  }

  close(code: number = CLOSED.normally, reason = ""): void {
    if (this.#readyState >= PipeSocket.CLOSING) return;
    this.peer.closed();
    this.closeByPeer(code, reason);
  }

  /** Opens the socket, once its creator has set the handlers. */
  open(): void {
    queueMicrotask(() => {
      if (this.#readyState !== PipeSocket.CONNECTING) return;
      this.#readyState = PipeSocket.OPEN;
      this.dispatchEvent(new Event("open"));
    });
  }

  /** Delivers a message to the client. */
  deliver(bytes: ArrayBuffer): void {
    if (this.#readyState !== PipeSocket.OPEN) return;
    const data = this.binaryType === "blob" ? new Blob([bytes]) : bytes;
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  /** Closes the socket from the other end; as in a browser, with an error if it was never open. */
  closeByPeer(code: number, reason: string): void {
    if (this.#readyState >= PipeSocket.CLOSING) return;
    const refused = this.#readyState === PipeSocket.CONNECTING && code !== CLOSED.normally;
    this.#readyState = PipeSocket.CLOSING;
    queueMicrotask(() => {
      this.#readyState = PipeSocket.CLOSED;
      if (refused) this.dispatchEvent(new Event("error"));
      this.dispatchEvent(new CloseEventShim(code, reason));
    });
  }
}

/** A CloseEvent, which Node lacks before version 23. */
class CloseEventShim extends Event {
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

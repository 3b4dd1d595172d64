/**
 * Interceptors of the page's two transports, `fetch` and `WebSocket`; they pass everything through unchanged.
 *
 * While the inspector is closed, a call costs one comparison, and a socket is the real one. While it is open, each call and message is also
 * copied into the log, without its credentials (redact.ts). Rules:
 * - A response goes on at once; its clone is read and recorded later.
 * - A message is copied before it is sent, as the transport gives its buffer away to a worker.
 * - A kernel's socket is wrapped by an own property `send`; deleting it restores the prototype's.
 * - An answer to an input request for a password is redacted (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
 */
import { KernelMessage } from "@jupyterlab/services";
import { deserialize, serialize } from "@jupyterlab/services/lib/kernel/serialize";
import { FRAMING } from "../../kernels/port";
import { Message, type Part, type Origin, type Rest } from "./entry";
import type { Log } from "./log";
import { redactBody, redactHeaders, REDACTED, redactUrl } from "./redact";

/** Larger bodies of REST calls are not recorded, only their size. */
const MAX_BODY_BYTES = 256 * 1024;

export interface Transports {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
}

export class Interceptor {
  #isEnabled = false;
  readonly #sockets = new Map<WebSocket, SocketInterceptor>();
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;

  constructor(
    transports: Transports,
    readonly log: Log,
    originOf: (kernel: string) => Origin,
  ) {
    this.fetch = (input, init) => (this.#isEnabled ? this.#intercept(transports.fetch, input, init) : transports.fetch(input, init));
    this.WebSocket = new Proxy(transports.WebSocket, {
      construct: (target, args: ConstructorParameters<typeof WebSocket>) => {
        const socket = new target(...args);
        const [, kernel] = /\/api\/kernels\/([^/]+)\/channels/.exec(String(args[0])) ?? [];
        if (kernel !== undefined) this.#add(socket, new SocketInterceptor(socket, decodeURIComponent(kernel), () => originOf(kernel), log));
        return socket;
      },
    });
  }

  enable(): void {
    this.#isEnabled = true;
    for (const recorder of this.#sockets.values()) recorder.enable();
  }

  /** Clears the log, too. */
  disable(): void {
    this.#isEnabled = false;
    for (const recorder of this.#sockets.values()) recorder.disable();
    this.log.isPaused = false;
    this.log.clear();
  }

  #add(socket: WebSocket, recorder: SocketInterceptor): void {
    this.#sockets.set(socket, recorder);
    socket.addEventListener("close", () => this.#sockets.delete(socket));
    if (this.#isEnabled) recorder.enable();
  }

  async #intercept(real: typeof fetch, ...args: Parameters<typeof fetch>): Promise<Response> {
    const request = new Request(...args);
    const call = { kind: "rest", time: now(), method: request.method, path: redactUrl(request.url) } as const;
    const sent = part(request.headers, await request.clone().text());
    try {
      const response = await real(request);
      const milliseconds = now() - call.time;
      this.#record({ ...call, milliseconds, sent }, response).catch(console.error);
      return response;
    } catch (error) {
      const received = { headers: {}, body: String(error) };
      this.log.add({ ...call, place: "server", status: null, milliseconds: now() - call.time, bytes: 0, sent, received });
      throw error;
    }
  }

  async #record(call: Omit<Rest, "place" | "status" | "bytes" | "received">, response: Response): Promise<void> {
    const { status, headers } = response;
    // Only a response from the network has a URL.
    const place = response.url ? "server" : "page";
    const body = await response.clone().arrayBuffer();
    const text = body.byteLength > MAX_BODY_BYTES ? null : new TextDecoder().decode(body);
    this.log.add({ ...call, place, status, bytes: body.byteLength, received: part(headers, text) });
  }
}

/** Records the messages of one socket. */
class SocketInterceptor {
  #asksForPassword = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly kernel: string,
    private readonly origin: () => Origin,
    private readonly log: Log,
  ) {}

  enable(): void {
    this.socket.addEventListener("message", this.#receive);
    const send = this.socket.send.bind(this.socket);
    this.socket.send = (data): void => {
      this.#record("sent", data);
      send(data);
    };
  }

  disable(): void {
    this.socket.removeEventListener("message", this.#receive);
    // The prototype's method is visible again.
    Reflect.deleteProperty(this.socket, "send");
  }

  readonly #receive = ({ data }: MessageEvent): void => { this.#record("received", data); };

  #record(direction: Message["direction"], data: unknown): void {
    if (this.log.isPaused || !(data instanceof ArrayBuffer || typeof data === "string")) return;
    const message = isStdin(data) ? this.#redacted(data) : copy(data);
    this.log.add(new Message(now(), this.origin(), this.kernel, direction, message));
  }

  #redacted(data: ArrayBuffer | string): ArrayBuffer | string {
    const protocol = typeof data === "string" ? "" : FRAMING;
    const message = deserialize(data as ArrayBuffer, protocol);
    if (KernelMessage.isInputRequestMsg(message)) this.#asksForPassword = message.content.password;
    if (!KernelMessage.isInputReplyMsg(message) || !this.#asksForPassword) return copy(data);
    return serialize({ ...message, content: { ...message.content, value: REDACTED } }, protocol);
  }
}

const copy = (data: ArrayBuffer | string): ArrayBuffer | string => (typeof data === "string" ? data : data.slice(0));

/** Whether a message is on the stdin channel, found without deserializing it. */
function isStdin(data: ArrayBuffer | string): boolean {
  if (typeof data === "string") return data.includes('"stdin"');
  const start = Number(new DataView(data).getBigUint64(8, true));
  return new TextDecoder().decode(new Uint8Array(data, start, Math.min(5, data.byteLength - start))) === "stdin";
}

const now = (): number => performance.timeOrigin + performance.now();

const part = (headers: Headers, body: string | null): Part => ({
  headers: redactHeaders(headers),
  body: body === null || body.length > MAX_BODY_BYTES ? null : redactBody(body),
});

/** Taps on the page's two doors: closed, they are the doors themselves; open, each call and message is copied into a log. */
import { KernelMessage } from "@jupyterlab/services";
import { deserialize, serialize } from "@jupyterlab/services/lib/kernel/serialize";
import { FRAMING } from "../../kernels/port";
import { Message, type Part, type Origin, type Rest } from "./entry";
import type { Log } from "./log";
import { redactBody, redactHeaders, REDACTED, redactUrl } from "./redact";

/** Bodies of REST calls that are longer than this are not kept, only their size. */
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
    doors: Transports,
    readonly log: Log,
    placeOf: (kernel: string) => Origin,
  ) {
    this.fetch = (input, init) => (this.#isEnabled ? this.#intercept(doors.fetch, input, init) : doors.fetch(input, init));
    this.WebSocket = new Proxy(doors.WebSocket, {
      construct: (target, given: ConstructorParameters<typeof WebSocket>) => {
        const socket = new target(...given);
        const [, kernel] = /\/api\/kernels\/([^/]+)\/channels/.exec(String(given[0])) ?? [];
        if (kernel !== undefined) this.#add(socket, new SocketInterceptor(socket, decodeURIComponent(kernel), () => placeOf(kernel), log));
        return socket;
      },
    });
  }

  enable(): void {
    this.#isEnabled = true;
    for (const tap of this.#sockets.values()) tap.enable();
  }

  /** Closed, they keep nothing. */
  disable(): void {
    this.#isEnabled = false;
    for (const tap of this.#sockets.values()) tap.disable();
    this.log.isPaused = false;
    this.log.clear();
  }

  #add(socket: WebSocket, tap: SocketInterceptor): void {
    this.#sockets.set(socket, tap);
    socket.addEventListener("close", () => this.#sockets.delete(socket));
    if (this.#isEnabled) tap.enable();
  }

  async #intercept(door: typeof fetch, ...given: Parameters<typeof fetch>): Promise<Response> {
    const request = new Request(...given);
    const call = { kind: "rest", time: now(), method: request.method, path: redactUrl(request.url) } as const;
    const sent = part(request.headers, await request.clone().text());
    try {
      const response = await door(request);
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
    // An answer that crossed the network knows its address.
    const place = response.url ? "server" : "page";
    const body = await response.clone().arrayBuffer();
    const text = body.byteLength > MAX_BODY_BYTES ? null : new TextDecoder().decode(body);
    this.log.add({ ...call, place, status, bytes: body.byteLength, received: part(headers, text) });
  }
}

/** One socket: a listener, and a `send` of its own that copies what the real one gives away. */
class SocketInterceptor {
  #asksForPassword = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly kernel: string,
    private readonly place: () => Origin,
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
    // The prototype's comes to light again.
    Reflect.deleteProperty(this.socket, "send");
  }

  readonly #receive = ({ data }: MessageEvent): void => { this.#record("received", data); };

  #record(direction: Message["direction"], data: unknown): void {
    if (this.log.isPaused || !(data instanceof ArrayBuffer || typeof data === "string")) return;
    const kept = isStdin(data) ? this.#redacted(data) : copy(data);
    this.log.add(new Message(now(), this.place(), this.kernel, direction, kept));
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

/** Whether a message is of the channel on which a kernel asks and a person answers. */
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

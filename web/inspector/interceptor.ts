/** Taps on the page's two doors: closed, they are the doors themselves; open, each call and message is copied into a log. */
import { KernelMessage } from "@jupyterlab/services";
import { deserialize, serialize } from "@jupyterlab/services/lib/kernel/serialize";
import { FRAMING } from "../../kernels/port";
import { Message, type Part, type Place, type Rest } from "./entry";
import type { Log } from "./log";
import { bodyOf, headersOf, HIDDEN, pathOf } from "./redact";

/** Bodies of REST calls that are longer than this are not kept, only their size. */
const LONGEST = 256 * 1024;

export interface Doors {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
}

export class Taps {
  #isOpen = false;
  readonly #sockets = new Map<WebSocket, Tap>();
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;

  constructor(
    doors: Doors,
    readonly log: Log,
    placeOf: (kernel: string) => Place,
  ) {
    this.fetch = (input, init) => (this.#isOpen ? this.#watch(doors.fetch, input, init) : doors.fetch(input, init));
    this.WebSocket = new Proxy(doors.WebSocket, {
      construct: (target, given: ConstructorParameters<typeof WebSocket>) => {
        const socket = new target(...given);
        const [, kernel] = /\/api\/kernels\/([^/]+)\/channels/.exec(String(given[0])) ?? [];
        if (kernel !== undefined) this.#add(socket, new Tap(socket, decodeURIComponent(kernel), () => placeOf(kernel), log));
        return socket;
      },
    });
  }

  open(): void {
    this.#isOpen = true;
    for (const tap of this.#sockets.values()) tap.open();
  }

  /** Closed, they keep nothing. */
  close(): void {
    this.#isOpen = false;
    for (const tap of this.#sockets.values()) tap.close();
    this.log.isPaused = false;
    this.log.clear();
  }

  #add(socket: WebSocket, tap: Tap): void {
    this.#sockets.set(socket, tap);
    socket.addEventListener("close", () => this.#sockets.delete(socket));
    if (this.#isOpen) tap.open();
  }

  async #watch(door: typeof fetch, ...given: Parameters<typeof fetch>): Promise<Response> {
    const request = new Request(...given);
    const call = { kind: "rest", time: now(), method: request.method, path: pathOf(request.url) } as const;
    const sent = part(request.headers, await request.clone().text());
    try {
      const response = await door(request);
      const milliseconds = now() - call.time;
      this.#keep({ ...call, milliseconds, sent }, response).catch(console.error);
      return response;
    } catch (error) {
      const received = { headers: {}, body: String(error) };
      this.log.add({ ...call, place: "server", status: null, milliseconds: now() - call.time, bytes: 0, sent, received });
      throw error;
    }
  }

  async #keep(call: Omit<Rest, "place" | "status" | "bytes" | "received">, response: Response): Promise<void> {
    const { status, headers } = response;
    // An answer that crossed the network knows its address.
    const place = response.url ? "server" : "page";
    const body = await response.clone().arrayBuffer();
    const text = body.byteLength > LONGEST ? null : new TextDecoder().decode(body);
    this.log.add({ ...call, place, status, bytes: body.byteLength, received: part(headers, text) });
  }
}

/** One socket: a listener, and a `send` of its own that copies what the real one gives away. */
class Tap {
  #asksForPassword = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly kernel: string,
    private readonly place: () => Place,
    private readonly log: Log,
  ) {}

  open(): void {
    this.socket.addEventListener("message", this.#hear);
    const send = this.socket.send.bind(this.socket);
    this.socket.send = (data): void => {
      this.#keep("sent", data);
      send(data);
    };
  }

  close(): void {
    this.socket.removeEventListener("message", this.#hear);
    // The prototype's comes to light again.
    Reflect.deleteProperty(this.socket, "send");
  }

  readonly #hear = ({ data }: MessageEvent): void => { this.#keep("received", data); };

  #keep(direction: Message["direction"], data: unknown): void {
    if (this.log.isPaused || !(data instanceof ArrayBuffer || typeof data === "string")) return;
    const kept = isStdin(data) ? this.#withoutPassword(data) : copy(data);
    this.log.add(new Message(now(), this.place(), this.kernel, direction, kept));
  }

  #withoutPassword(data: ArrayBuffer | string): ArrayBuffer | string {
    const protocol = typeof data === "string" ? "" : FRAMING;
    const message = deserialize(data as ArrayBuffer, protocol);
    if (KernelMessage.isInputRequestMsg(message)) this.#asksForPassword = message.content.password;
    if (!KernelMessage.isInputReplyMsg(message) || !this.#asksForPassword) return copy(data);
    return serialize({ ...message, content: { ...message.content, value: HIDDEN } }, protocol);
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
  headers: headersOf(headers),
  body: body === null || body.length > LONGEST ? null : bodyOf(body),
});

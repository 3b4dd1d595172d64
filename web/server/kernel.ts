/** A kernel of the page: its port, its clients' sockets and its state. */

import { PromiseDelegate } from "@lumino/coreutils";

import type { KernelProvider, KernelPort, Progress, StartOptions } from "../../kernels/port";
import { CLOSED, PipeSocket } from "./pipe-socket";

/** A kernel as `api/kernels` describes it. */
export interface KernelModel {
  readonly id: string;
  readonly name: string;
  readonly last_activity: string;
  readonly execution_state: State;
  readonly connections: number;
  /** The reason why a kernel died. If it were named "reason", JupyterLab would show a dialog besides the document's own notice. */
  readonly died?: string;
}

export type State = "starting" | "restarting" | "idle" | "dead";

/** Events in the life of a kernel. */
export type KernelEvent =
  | { readonly type: "starting" | "restarting" | "ready" | "stuck" | "closed" }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "died"; readonly reason: string };

export class PageKernel {
  /** The latest event, for listeners that connect later. */
  lastEvent: KernelEvent = { type: "starting" };
  readonly #sockets = new Map<string, PipeSocket>();
  #port: KernelPort | null = null;
  #queue: { readonly client: string; readonly bytes: ArrayBuffer }[] = [];
  #state: State = "starting";
  #started = new PromiseDelegate<undefined>();
  #lastActivity = new Date();

  constructor(
    readonly provider: KernelProvider,
    readonly options: StartOptions,
    private readonly onEvent: (kernel: PageKernel) => void,
  ) {}

  get id(): string {
    return this.options.id;
  }

  get lastActivity(): Date {
    return this.#lastActivity;
  }

  get model(): KernelModel {
    return {
      id: this.id,
      name: this.provider.spec.name,
      last_activity: this.#lastActivity.toISOString(),
      execution_state: this.#state,
      connections: this.#sockets.size,
      ...(this.lastEvent.type === "died" ? { died: this.lastEvent.reason } : {}),
    };
  }

  /** A socket that opens when the kernel is ready; it replaces an older one of the same client. */
  connect(client: string, url: string): WebSocket {
    const socket = new PipeSocket(url, {
      message: (bytes) => { this.#send(client, bytes); },
      closed: () => { this.#disconnect(client, socket); },
    });
    this.#sockets.get(client)?.closeByPeer(CLOSED.normally, "The same client has connected again.");
    this.#sockets.set(client, socket);
    if (this.#state === "idle") socket.open();
    if (this.lastEvent.type === "died") this.#closeSockets(CLOSED.byFailure, this.lastEvent.reason);
    return socket;
  }

  start(): void {
    this.#open("starting");
  }

  /** Interrupts the running code; a kernel that still starts runs none. */
  interrupt(): void {
    if (this.#state === "idle") this.#port?.interrupt();
  }

  /** Restarts the kernel under the same id; its clients stay connected. Settles when it is ready, dead or closed. */
  restart(): Promise<undefined> {
    this.#port?.close();
    this.#port = null;
    this.#queue = [];
    if (this.#state === "idle" || this.#state === "dead") this.#started = new PromiseDelegate();
    this.#open("restarting");
    return this.#started.promise;
  }

  close(): void {
    this.#port?.close();
    this.#end({ type: "closed" }, CLOSED.normally, "The kernel was shut down.");
  }

  #open(state: "starting" | "restarting"): void {
    this.#state = state;
    this.#notify({ type: state });
    const died = (reason: string): void => { this.#end({ type: "died", reason }, CLOSED.byFailure, reason); };
    try {
      this.#port = this.provider.start(this.options, {
        message: (client, bytes) => { this.#receive(client, bytes); },
        progress: (progress) => { this.#notify({ type: "progress", progress }); },
        ready: () => { this.#ready(); },
        stuck: (is) => { this.#notify({ type: is ? "stuck" : "ready" }); },
        died,
      });
    } catch (error) {
      died(error instanceof Error ? error.message : String(error));
    }
  }

  #ready(): void {
    this.#state = "idle";
    for (const { client, bytes } of this.#queue.splice(0)) this.#send(client, bytes);
    for (const socket of this.#sockets.values()) socket.open();
    this.#notify({ type: "ready" });
    this.#started.resolve(undefined);
  }

  #end(event: KernelEvent, code: number, reason: string): void {
    this.#state = "dead";
    this.#port = null;
    this.#queue = [];
    this.#notify(event);
    this.#closeSockets(code, reason);
    this.#started.resolve(undefined);
  }

  #closeSockets(code: number, reason: string): void {
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    for (const socket of sockets) socket.closeByPeer(code, reason);
  }

  /** Messages are queued until the kernel is ready: sockets stay open over a restart. */
  #send(client: string, bytes: ArrayBuffer): void {
    this.#lastActivity = new Date();
    if (this.#state === "idle") this.#port?.send(client, bytes);
    else this.#queue.push({ client, bytes });
  }

  #receive(client: string | null, bytes: ArrayBuffer): void {
    this.#lastActivity = new Date();
    if (client !== null) {
      this.#sockets.get(client)?.deliver(bytes);
      return;
    }
    const [first, ...others] = this.#sockets.values();
    for (const socket of others) socket.deliver(bytes.slice(0));
    first?.deliver(bytes);
  }

  #disconnect(client: string, socket: PipeSocket): void {
    if (this.#sockets.get(client) === socket) this.#sockets.delete(client);
  }

  #notify(event: KernelEvent): void {
    this.lastEvent = event;
    this.onEvent(this);
  }
}

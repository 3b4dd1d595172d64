/** One kernel of the page: its port, its clients' sockets, and what is known about it. */

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
  /** Why a dead kernel has died. Under the name "reason", JupyterLab would show it in a dialog, beside the document's own notice. */
  readonly died?: string;
}

export type State = "starting" | "restarting" | "idle" | "dead";

/** What there is to tell about a kernel, as it happens. */
export type News =
  | { readonly type: "starting" | "restarting" | "ready" | "stuck" | "closed" }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "died"; readonly reason: string };

export class PageKernel {
  /** The newest news, for who comes late. */
  news: News = { type: "starting" };
  readonly #sockets = new Map<string, PipeSocket>();
  #port: KernelPort | null = null;
  #waiting: { readonly client: string; readonly bytes: ArrayBuffer }[] = [];
  #state: State = "starting";
  #begun = new PromiseDelegate<undefined>();
  #lastActivity = new Date();

  constructor(
    readonly provider: KernelProvider,
    readonly options: StartOptions,
    private readonly tell: (kernel: PageKernel) => void,
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
      ...(this.news.type === "died" ? { died: this.news.reason } : {}),
    };
  }

  /** A socket for the client, which opens when the kernel is ready; an older one of the same client is closed. */
  connect(client: string, url: string): WebSocket {
    const socket = new PipeSocket(url, {
      message: (bytes) => { this.#send(client, bytes); },
      left: () => { this.#leave(client, socket); },
    });
    this.#sockets.get(client)?.end(CLOSED.normally, "The same client has connected again.");
    this.#sockets.set(client, socket);
    if (this.#state === "idle") socket.open();
    if (this.news.type === "died") this.#hangUp(CLOSED.byFailure, this.news.reason);
    return socket;
  }

  start(): void {
    this.#open("starting");
  }

  /** Stops the code that runs; a kernel that still starts runs none, and is left in peace. */
  interrupt(): void {
    if (this.#state === "idle") this.#port?.interrupt();
  }

  /** Starts the kernel afresh under the same id; its clients stay. Settles when it is ready, dead or closed. */
  restart(): Promise<undefined> {
    this.#port?.close();
    this.#port = null;
    this.#waiting = [];
    if (this.#state === "idle" || this.#state === "dead") this.#begun = new PromiseDelegate();
    this.#open("restarting");
    return this.#begun.promise;
  }

  close(): void {
    this.#port?.close();
    this.#end({ type: "closed" }, CLOSED.normally, "The kernel was shut down.");
  }

  #open(state: "starting" | "restarting"): void {
    this.#state = state;
    this.#say({ type: state });
    const died = (reason: string): void => { this.#end({ type: "died", reason }, CLOSED.byFailure, reason); };
    try {
      this.#port = this.provider.start(this.options, {
        message: (client, bytes) => { this.#receive(client, bytes); },
        progress: (progress) => { this.#say({ type: "progress", progress }); },
        ready: () => { this.#ready(); },
        stuck: (is) => { this.#say({ type: is ? "stuck" : "ready" }); },
        died,
      });
    } catch (error) {
      died(error instanceof Error ? error.message : String(error));
    }
  }

  #ready(): void {
    this.#state = "idle";
    for (const { client, bytes } of this.#waiting.splice(0)) this.#send(client, bytes);
    for (const socket of this.#sockets.values()) socket.open();
    this.#say({ type: "ready" });
    this.#begun.resolve(undefined);
  }

  #end(news: News, code: number, reason: string): void {
    this.#state = "dead";
    this.#port = null;
    this.#waiting = [];
    this.#say(news);
    this.#hangUp(code, reason);
    this.#begun.resolve(undefined);
  }

  #hangUp(code: number, reason: string): void {
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    for (const socket of sockets) socket.end(code, reason);
  }

  /** A client whose socket stayed open over a restart may speak before the kernel listens. */
  #send(client: string, bytes: ArrayBuffer): void {
    this.#lastActivity = new Date();
    if (this.#state === "idle") this.#port?.send(client, bytes);
    else this.#waiting.push({ client, bytes });
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

  #leave(client: string, socket: PipeSocket): void {
    if (this.#sockets.get(client) === socket) this.#sockets.delete(client);
  }

  #say(news: News): void {
    this.news = news;
    this.tell(this);
  }
}

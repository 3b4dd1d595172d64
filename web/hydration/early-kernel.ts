/**
 * A kernel that is started before JupyterLab (speculative execution), and that JupyterLab then adopts (event replay).
 *
 * 1. `run` sends execute requests with message ids of our own. All that the kernel answers is shown as text and recorded.
 * 2. JupyterLab asks the page's server for a kernel. The provider answers with the early kernel's id, and `start` attaches to it.
 * 3. Hydration calls `adopt` with JupyterLab's cell ids, and replays the reader's actions. JupyterLab's execute request for a cell
 *    claims the earliest unclaimed run of that cell: it is not sent. The recorded messages are delivered in its place, with their
 *    parent header replaced by that of JupyterLab's request; messages that follow are forwarded in the same way.
 * 4. `discardUnclaimed` forgets what no request has claimed. From then on, the kernel is like any other.
 *
 * Order must hold: a request is claimed once, in the order of the runs, and its messages are delivered in the order in which they
 * came. Message format: https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
import { PromiseDelegate, UUID } from "@lumino/coreutils";
import { decode, encode, frame, type Header, PART, parse, unframe } from "../../kernels/framing";
import type { KernelListener, KernelPort, KernelProvider, Progress, StartOptions } from "../../kernels/port";

declare global {
  interface Window {
    /** The kernel of the page's notebook, started before JupyterLab. */
    wasmnbEarlyKernel?: EarlyKernel;
  }
}

type Parts = ReturnType<typeof unframe>;

/** Receives the messages that a kernel publishes (iopub) about one run. */
export type OutputListener = (type: string, content: object) => void;

/** A request that was sent before JupyterLab's own. */
interface EarlyRequest {
  readonly id: string;
  /** The number of the cell that was run; null for other requests. */
  readonly cell: number | null;
  readonly onOutput: OutputListener;
  /** Messages recorded until the request is claimed. */
  readonly recorded: { readonly isReply: boolean; readonly parts: Parts }[];
  /** JupyterLab's request that has claimed this one. */
  claim?: { readonly client: string; readonly header: Parts[number]; readonly id: string };
}

const CLIENT = "ahead";

export class EarlyKernel {
  /** Wraps the given provider: a start with this kernel's id attaches to this kernel. */
  readonly provider: KernelProvider;
  /** Settles when the kernel's worker is busy by itself, and work in the page does not delay it. */
  readonly started: Promise<void>;
  readonly #port: KernelPort;
  readonly #requests = new Map<string, EarlyRequest>();
  readonly #infoRequest: EarlyRequest;
  /** The numbers of cells by JupyterLab's cell ids; null until `adopt`. */
  #cells: ReadonlyMap<string, number> | null = null;
  #listener: KernelListener | null = null;
  /** Requests until the kernel is ready; null from then on. */
  #unsent: ArrayBuffer[] | null = [];
  #progress: Progress | null = null;
  #died = false;

  constructor(provider: KernelProvider, { path, env }: Omit<StartOptions, "id">) {
    const id = UUID.uuid4();
    this.provider = {
      ...provider,
      early: (options) => (this.#listener === null && !this.#died && options.path === path && isSame(options.env, env) ? id : undefined),
      start: (options, listener) => (options.id === id && this.#listener === null ? this.#attach(listener) : provider.start(options, listener)),
    };
    const start = new PromiseDelegate<undefined>();
    this.started = start.promise;
    this.#port = provider.start({ id, path, env }, {
      message: (client, bytes) => { this.#receive(client, bytes); },
      progress: (progress) => {
        this.#progress = progress;
        start.resolve(undefined);
        this.#listener?.progress(progress);
      },
      ready: () => { this.#ready(); },
      stuck: (is) => { this.#listener?.stuck(is); },
      died: (reason) => {
        this.#died = true;
        start.resolve(undefined);
        this.#listener?.died(reason);
      },
    });
    // JupyterLab sends this first and waits for the reply, which would come behind all early runs.
    this.#infoRequest = this.#request("kernel_info_request", {});
  }

  /** Runs a cell's code; does nothing once JupyterLab is there to do it. */
  run(cell: number, code: string, onOutput: OutputListener): void {
    if (this.#cells) return;
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: true, stop_on_error: true };
    this.#request("execute_request", content, cell, onOutput);
  }

  /** Whether there are runs that JupyterLab has not claimed. */
  get hasRun(): boolean {
    return this.#unsent === null && this.#unclaimedRuns().length > 0;
  }

  /** Lets JupyterLab's requests claim early runs from now on; `cells` are the ids of JupyterLab's cells, in the page's order. */
  adopt(cells: readonly (string | undefined)[]): void {
    this.#cells = new Map(cells.map((id, number) => [id ?? "", number]));
  }

  /** Forgets the runs that no request has claimed. */
  discardUnclaimed(): void {
    for (const request of this.#unclaimedRuns()) this.#requests.delete(request.id);
  }

  /** The earliest first. */
  #unclaimedRuns(): EarlyRequest[] {
    return [...this.#requests.values()].filter(({ cell, claim }) => cell !== null && !claim);
  }

  #request(type: string, content: object, cell: number | null = null, onOutput: OutputListener = () => undefined): EarlyRequest {
    const id = UUID.uuid4();
    const header = { msg_id: id, msg_type: type, username: "", session: CLIENT, date: new Date().toISOString(), version: "5.4" };
    const request: EarlyRequest = { id, cell, onOutput, recorded: [] };
    this.#requests.set(id, request);
    const bytes = frame(["shell", ...[header, {}, {}, content].map((part) => JSON.stringify(part))].map(encode));
    if (this.#unsent) this.#unsent.push(bytes);
    else this.#port.send(CLIENT, bytes);
    return request;
  }

  #ready(): void {
    for (const bytes of this.#unsent?.splice(0) ?? []) this.#port.send(CLIENT, bytes);
    this.#unsent = null;
    this.#listener?.ready();
  }

  #attach(listener: KernelListener): KernelPort {
    this.#listener = listener;
    // As with any kernel, the listener is called only after `start` has returned the port.
    queueMicrotask(() => {
      if (this.#progress) listener.progress(this.#progress);
      if (!this.#unsent) listener.ready();
    });
    return {
      send: (client, bytes) => { if (!this.#claim(client, bytes)) this.#port.send(client, this.#rewriteIds(bytes, "to kernel")); },
      interrupt: () => { this.#port.interrupt(); },
      close: () => { this.#port.close(); },
    };
  }

  /** Lets JupyterLab's request claim an early one, and replays what was recorded of that; false if there is none to claim. */
  #claim(client: string, bytes: ArrayBuffer): boolean {
    if (this.#unclaimedRuns().length === 0) return false;
    const parts = unframe(bytes);
    const request = this.#matching(parts);
    if (!request) return false;
    const header = parts[PART.header];
    if (!header) return false;
    request.claim = { client, header, id: parse<Header>(header).msg_id ?? "" };
    // The sender listens for replies only after it has sent its request.
    const recorded = request === this.#infoRequest ? request.recorded : request.recorded.splice(0);
    queueMicrotask(() => { for (const { isReply, parts } of recorded) this.#deliver(request, isReply, parts); });
    return true;
  }

  #matching(parts: Parts): EarlyRequest | undefined {
    const { msg_type } = parse<Header>(parts[PART.header]);
    if (msg_type === "kernel_info_request") return this.#infoRequest.recorded.some(({ isReply }) => isReply) ? this.#infoRequest : undefined;
    if (msg_type !== "execute_request") return undefined;
    const { cellId = "" } = parse<{ readonly cellId: string }>(parts[PART.metadata]);
    const number = this.#cells?.get(cellId);
    return this.#unclaimedRuns().find(({ cell }) => cell === number);
  }

  #receive(client: string | null, bytes: ArrayBuffer): void {
    const parts = unframe(bytes);
    const request = this.#requests.get(parse<Header>(parts[PART.parent]).msg_id ?? "");
    // As with any kernel, messages that are published while no client is connected are lost.
    if (!request) this.#listener?.message(client, this.#rewriteIds(bytes, "to page"));
    else if (request.claim) this.#deliver(request, client !== null, parts);
    if (!request || (request.claim && request !== this.#infoRequest)) return;
    request.recorded.push({ isReply: client !== null, parts });
    if (client === null) request.onOutput(parse<Header>(parts[PART.header]).msg_type ?? "", parse(parts[PART.content]));
  }

  /** Delivers a message as if it answered the request that has claimed this one. */
  #deliver({ claim }: EarlyRequest, isReply: boolean, parts: Parts): void {
    if (!claim) return;
    const bytes = frame(parts.map((part, at) => (at === PART.parent ? claim.header : part)));
    this.#listener?.message(isReply ? claim.client : null, this.#rewriteIds(bytes, "to page"));
  }

  /** Rewrites message ids inside comm messages: ipywidgets' Output names a request by its id, and each side knows its own id only. */
  #rewriteIds(bytes: ArrayBuffer, direction: "to kernel" | "to page"): ArrayBuffer {
    const ids = [...this.#requests.values()].flatMap(({ id, cell, claim }) => (cell !== null && claim ? [[id, claim.id] as const] : []));
    if (ids.length === 0) return bytes;
    const parts = unframe(bytes);
    if (!parse<Header>(parts[PART.header]).msg_type?.startsWith("comm_")) return bytes;
    const replace = (text: string, [early, own]: readonly [string, string]): string => (direction === "to page" ? text.replaceAll(early, own) : text.replaceAll(own, early));
    return frame(parts.map((part, at) => (at === PART.content ? encode(ids.reduce(replace, decode(part))) : part)));
  }
}

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

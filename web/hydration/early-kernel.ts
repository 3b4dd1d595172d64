/** A kernel that has begun before JupyterLab is there, and what it was asked by then, of which JupyterLab is told as if it had asked itself. */
import { PromiseDelegate, UUID } from "@lumino/coreutils";
import { decode, encode, frame, type Header, PART, parse, unframe } from "../../kernels/framing";
import type { KernelKind, KernelListener, KernelPort, Progress, StartOptions } from "../../kernels/port";

declare global {
  interface Window {
    /** The kernel of the notebook that the page is of, until JupyterLab has it. */
    wasmnbBegun?: Begun;
  }
}

type Parts = ReturnType<typeof unframe>;

/** Is told what a kernel publishes of a run. */
export type Published = (type: string, content: object) => void;

/** A request that was made ahead. */
interface Asked {
  readonly id: string;
  /** The number of the cell that was run; null for what is asked besides. */
  readonly cell: number | null;
  readonly published: Published;
  /** What came of it until it was taken over. */
  readonly heard: { readonly isReply: boolean; readonly parts: Parts }[];
  /** The request that takes its place: its client, its header, and its id in that. */
  taken?: { readonly client: string; readonly header: Parts[number]; readonly id: string };
}

const CLIENT = "ahead";

export class Begun {
  /** The kind of that kernel, which hands it over to who starts a kernel with its id. */
  readonly kind: KernelKind;
  /** Settles when its worker does its own, and starting something else does not hold it up. */
  readonly started: Promise<void>;
  readonly #port: KernelPort;
  readonly #asked = new Map<string, Asked>();
  readonly #info: Asked;
  /** The numbers of cells by the ids that JupyterLab gives them; null until it does. */
  #cells: ReadonlyMap<string, number> | null = null;
  #listener: KernelListener | null = null;
  #waiting: ArrayBuffer[] | null = [];
  #progress: Progress | null = null;
  #died = false;

  constructor(kind: KernelKind, { path, env }: Omit<StartOptions, "id">) {
    const id = UUID.uuid4();
    this.kind = {
      ...kind,
      early: (options) => (this.#listener === null && !this.#died && options.path === path && isSame(options.env, env) ? id : undefined),
      start: (options, listener) => (options.id === id && this.#listener === null ? this.#handOver(listener) : kind.start(options, listener)),
    };
    const start = new PromiseDelegate<undefined>();
    this.started = start.promise;
    this.#port = kind.start({ id, path, env }, {
      message: (client, bytes) => { this.#hear(client, bytes); },
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
    // JupyterLab asks this first and waits for the answer, which would come behind what is run ahead.
    this.#info = this.#ask("kernel_info_request", {});
  }

  /** Runs a cell's code, if JupyterLab is not there yet to do it. */
  run(cell: number, code: string, published: Published): void {
    if (this.#cells) return;
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: true, stop_on_error: true };
    this.#ask("execute_request", content, cell, published);
  }

  /** Whether something was run, or is, of which JupyterLab has not asked to hear. */
  get hasRun(): boolean {
    return this.#waiting === null && this.#runs().length > 0;
  }

  /** From now on, who runs one of these cells is told of its earliest run ahead; they come in their order, by their ids. */
  hand(cells: readonly (string | undefined)[]): void {
    this.#cells = new Map(cells.map((id, number) => [id ?? "", number]));
  }

  /** What nobody has asked for is told to nobody. */
  drop(): void {
    for (const asked of this.#runs()) this.#asked.delete(asked.id);
  }

  /** What was run and was not taken over, the earliest first. */
  #runs(): Asked[] {
    return [...this.#asked.values()].filter(({ cell, taken }) => cell !== null && !taken);
  }

  #ask(type: string, content: object, cell: number | null = null, published: Published = () => undefined): Asked {
    const id = UUID.uuid4();
    const header = { msg_id: id, msg_type: type, username: "", session: CLIENT, date: new Date().toISOString(), version: "5.4" };
    const asked: Asked = { id, cell, published, heard: [] };
    this.#asked.set(id, asked);
    const bytes = frame(["shell", ...[header, {}, {}, content].map((part) => JSON.stringify(part))].map(encode));
    if (this.#waiting) this.#waiting.push(bytes);
    else this.#port.send(CLIENT, bytes);
    return asked;
  }

  #ready(): void {
    for (const bytes of this.#waiting?.splice(0) ?? []) this.#port.send(CLIENT, bytes);
    this.#waiting = null;
    this.#listener?.ready();
  }

  #handOver(listener: KernelListener): KernelPort {
    this.#listener = listener;
    // As with any kernel, who starts it is told when it has its port.
    queueMicrotask(() => {
      if (this.#progress) listener.progress(this.#progress);
      if (!this.#waiting) listener.ready();
    });
    return {
      send: (client, bytes) => { if (!this.#take(client, bytes)) this.#port.send(client, this.#renamed(bytes, "inwards")); },
      interrupt: () => { this.#port.interrupt(); },
      close: () => { this.#port.close(); },
    };
  }

  /** Whether what is asked was asked ahead; who asks it is told what came of that, and what will. */
  #take(client: string, bytes: ArrayBuffer): boolean {
    if (this.#runs().length === 0) return false;
    const parts = unframe(bytes);
    const asked = this.#askedAhead(parts);
    if (!asked) return false;
    const header = parts[PART.header];
    if (!header) return false;
    asked.taken = { client, header, id: parse<Header>(header).msg_id ?? "" };
    // Its sender waits for the answers when it has sent it.
    const heard = asked === this.#info ? asked.heard : asked.heard.splice(0);
    queueMicrotask(() => { for (const { isReply, parts } of heard) this.#tell(asked, isReply, parts); });
    return true;
  }

  #askedAhead(parts: Parts): Asked | undefined {
    const { msg_type } = parse<Header>(parts[PART.header]);
    if (msg_type === "kernel_info_request") return this.#info.heard.some(({ isReply }) => isReply) ? this.#info : undefined;
    if (msg_type !== "execute_request") return undefined;
    const { cellId = "" } = parse<{ readonly cellId: string }>(parts[PART.metadata]);
    const number = this.#cells?.get(cellId);
    return this.#runs().find(({ cell }) => cell === number);
  }

  #hear(client: string | null, bytes: ArrayBuffer): void {
    const parts = unframe(bytes);
    const asked = this.#asked.get(parse<Header>(parts[PART.parent]).msg_id ?? "");
    // What is published while no client is there, nobody hears, as with any kernel.
    if (!asked) this.#listener?.message(client, this.#renamed(bytes, "outwards"));
    else if (asked.taken) this.#tell(asked, client !== null, parts);
    if (!asked || (asked.taken && asked !== this.#info)) return;
    asked.heard.push({ isReply: client !== null, parts });
    if (client === null) asked.published(parse<Header>(parts[PART.header]).msg_type ?? "", parse(parts[PART.content]));
  }

  #tell({ taken }: Asked, isReply: boolean, parts: Parts): void {
    if (!taken) return;
    const bytes = frame(parts.map((part, at) => (at === PART.parent ? taken.header : part)));
    this.#listener?.message(isReply ? taken.client : null, this.#renamed(bytes, "outwards"));
  }

  /** Widgets tell each other of requests by their ids (ipywidgets' Output does): the kernel knows those made ahead, JupyterLab its own. */
  #renamed(bytes: ArrayBuffer, way: "inwards" | "outwards"): ArrayBuffer {
    const taken = [...this.#asked.values()].flatMap(({ id, cell, taken }) => (cell !== null && taken ? [[id, taken.id] as const] : []));
    if (taken.length === 0) return bytes;
    const parts = unframe(bytes);
    if (!parse<Header>(parts[PART.header]).msg_type?.startsWith("comm_")) return bytes;
    const renamed = (text: string, [ahead, own]: readonly [string, string]): string => (way === "outwards" ? text.replaceAll(ahead, own) : text.replaceAll(own, ahead));
    return frame(parts.map((part, at) => (at === PART.content ? encode(taken.reduce(renamed, decode(part))) : part)));
  }
}

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

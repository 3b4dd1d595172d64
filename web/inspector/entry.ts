/** Entries of the inspector's log: a REST call or a kernel message, as it passed a transport of the page. */
import type { KernelMessage } from "@jupyterlab/services";
import { deserialize } from "@jupyterlab/services/lib/kernel/serialize";
import { FRAMING } from "../../kernels/port";

/** The server that answers: the one inside the page, or a real one. */
export type Origin = "page" | "server";

export interface Rest {
  readonly kind: "rest";
  /** Milliseconds since 1970, with fractions. */
  readonly time: number;
  /** Named so in exported files. */
  readonly place: Origin;
  readonly method: string;
  readonly path: string;
  /** Null if there was no response. */
  readonly status: number | null;
  readonly milliseconds: number;
  /** The size of the response's body. */
  readonly bytes: number;
  readonly sent: Part;
  readonly received: Part;
}

/** Headers and body of a request or response; the body is null if it was too large to record. */
export interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A kernel message, deserialized when it is first needed. */
export class Message {
  readonly kind = "message";
  #opened: KernelMessage.IMessage | null = null;

  constructor(
    readonly time: number,
    readonly place: Origin,
    readonly kernel: string,
    readonly direction: "sent" | "received",
    private readonly data: ArrayBuffer | string,
    /** Its size on the wire; in UTF-16 units if it was text. */
    readonly bytes = typeof data === "string" ? data.length : data.byteLength,
  ) {}

  get opened(): KernelMessage.IMessage {
    // JupyterLab's function takes text too; its type does not say so.
    this.#opened ??= deserialize(this.data as ArrayBuffer, typeof this.data === "string" ? "" : FRAMING);
    return this.#opened;
  }

  get type(): string {
    return this.opened.header.msg_type;
  }

  get id(): string {
    return this.opened.header.msg_id;
  }

  /** The id of the request that it belongs to; "" if there is none. */
  get parent(): string {
    const { parent_header: parent } = this.opened;
    return "msg_id" in parent ? parent.msg_id : "";
  }

  /** The id of the request that caused it, or its own: all messages of a request have the same root. */
  get root(): string {
    return this.parent || this.id;
  }
}

export type Entry = Rest | Message;

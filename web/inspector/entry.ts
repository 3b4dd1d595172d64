/** What the inspector keeps: one REST call or one kernel message, as it passed a door of the page. */
import type { KernelMessage } from "@jupyterlab/services";
import { deserialize } from "@jupyterlab/services/lib/kernel/serialize";
import { FRAMING } from "../../kernels/port";

/** Who answers: the server inside this page, or a real one. */
export type Origin = "page" | "server";

export interface Rest {
  readonly kind: "rest";
  /** Milliseconds since 1970, with fractions. */
  readonly time: number;
  readonly place: Origin;
  readonly method: string;
  readonly path: string;
  /** Null where there was no answer. */
  readonly status: number | null;
  readonly milliseconds: number;
  /** Of the answer's body. */
  readonly bytes: number;
  readonly sent: Part;
  readonly received: Part;
}

/** Headers and body of a request or its answer; the body is null if it was too long to keep. */
export interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A kernel message, opened when it is first looked at. */
export class Message {
  readonly kind = "message";
  #opened: KernelMessage.IMessage | null = null;

  constructor(
    readonly time: number,
    readonly place: Origin,
    readonly kernel: string,
    readonly direction: "sent" | "received",
    private readonly data: ArrayBuffer | string,
    /** As it travelled; in UTF-16 units if that was as text. */
    readonly bytes = typeof data === "string" ? data.length : data.byteLength,
  ) {}

  get opened(): KernelMessage.IMessage {
    // The stock function takes text too; its type does not say so.
    this.#opened ??= deserialize(this.data as ArrayBuffer, typeof this.data === "string" ? "" : FRAMING);
    return this.#opened;
  }

  get type(): string {
    return this.opened.header.msg_type;
  }

  get id(): string {
    return this.opened.header.msg_id;
  }

  /** The id of the request that it answers; "" where there is none. */
  get parent(): string {
    const { parent_header: parent } = this.opened;
    return "msg_id" in parent ? parent.msg_id : "";
  }

  /** What belongs together has the id of the request that began it. */
  get root(): string {
    return this.parent || this.id;
  }
}

export type Entry = Rest | Message;

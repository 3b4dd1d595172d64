/** What a kernel is to the page that runs it: a port for framed messages, and a kind that opens such ports. */

/** The framing of every message that crosses a port: the one a Jupyter server is sent over its WebSocket. */
export const FRAMING = "v1.kernel.websocket.jupyter.org";

/** One running kernel, from the page's side. */
export interface KernelPort {
  /** Hands the kernel one framed message from that client; the bytes are transferred, not copied. */
  send(client: string, bytes: ArrayBuffer): void;
  /** Asks running code to stop with KeyboardInterrupt. */
  interrupt(): void;
  /** Ends the kernel at once; its listener hears nothing more. */
  close(): void;
}

/** How far a starting kernel has come; bytes are counted as they arrive, uncompressed. */
export interface Progress {
  readonly phase: string;
  readonly loaded: number;
  readonly total: number;
}

/** What a running kernel tells. */
export interface KernelListener {
  /** One framed message, for the client that asked or (null) for every client. */
  message(client: string | null, bytes: ArrayBuffer): void;
  progress(progress: Progress): void;
  ready(): void;
  /** The kernel has been asked to stop its code, and for how it is doing, and does neither answer nor stop; or it does again. */
  stuck(is: boolean): void;
  /** The kernel is finished, with the reason as a sentence for the user. */
  died(reason: string): void;
}

/** A cell that was run: session, number in it, code as Python ran it, code as it was written. */
export type Cell = readonly [session: number, line: number, source: string, raw: string];

/** Where the history of cells outlives its kernel. */
export interface History {
  /** Begins a session; the cells are those of earlier ones, the oldest first. */
  begin(): Promise<readonly Cell[]>;
  /** Keeps one more. */
  keep(cell: Cell): void;
}

/** A kernelspec as `api/kernelspecs` lists it. */
export interface KernelSpec {
  readonly name: string;
  readonly spec: {
    readonly argv: readonly string[];
    readonly display_name: string;
    readonly language: string;
    readonly interrupt_mode: "signal" | "message";
    readonly env: Readonly<Record<string, string>>;
    readonly metadata: Readonly<Record<string, unknown>>;
  };
  readonly resources: Readonly<Record<string, string>>;
}

/** A kind of kernel that this page can start. */
export interface KernelKind {
  readonly spec: KernelSpec;
  /** Starts a kernel that works in the folder `path` ("" is the root of the contents). */
  start(options: StartOptions, listener: KernelListener): KernelPort;
  /** The id of a kernel that has begun already, and is what these options ask for; undefined if there is none. */
  early?(options: Omit<StartOptions, "id">): string | undefined;
  /** Makes ready beforehand what a next start needs, where that is possible. */
  prepare?(): void;
  /** Gives up what was made ready. */
  discard?(): void;
}

export interface StartOptions {
  readonly id: string;
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

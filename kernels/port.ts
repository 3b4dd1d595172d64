/** The page's interfaces to kernels: a port for framed messages, and a kind of kernel that opens such ports. */

/** The framing of every message that crosses a port: the one of Jupyter's WebSocket protocol. */
export const FRAMING = "v1.kernel.websocket.jupyter.org";

/** One running kernel, from the page's side. */
export interface KernelPort {
  /** Sends the kernel one framed message from that client; the bytes are transferred, not copied. */
  send(client: string, bytes: ArrayBuffer): void;
  /** Interrupts running code with KeyboardInterrupt. */
  interrupt(): void;
  /** Ends the kernel at once, without further calls of its listener. */
  close(): void;
}

/** The progress of a starting kernel, in uncompressed bytes. */
export interface Progress {
  readonly phase: string;
  readonly loaded: number;
  readonly total: number;
}

/** Callbacks of a running kernel. */
export interface KernelListener {
  /** One framed message, for one client or (null) for every client. */
  message(client: string | null, bytes: ArrayBuffer): void;
  progress(progress: Progress): void;
  ready(): void;
  /** The kernel does not react to an interrupt (true), or does again (false). */
  stuck(is: boolean): void;
  /** The kernel has ended; the reason is a sentence for the user. */
  died(reason: string): void;
}

/** A cell that was run: session, number in it, code as Python ran it, code as it was written. */
export type Cell = readonly [session: number, line: number, source: string, raw: string];

/** Storage for the history of cells. */
export interface History {
  /** Begins a session; resolves to the cells of earlier ones, the oldest first. */
  begin(): Promise<readonly Cell[]>;
  /** Stores one more cell. */
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

/** A kernel provider: a kind of kernel that this page can start. */
export interface KernelProvider {
  readonly spec: KernelSpec;
  /** Starts a kernel that works in the folder `path` ("" is the root of the contents). */
  start(options: StartOptions, listener: KernelListener): KernelPort;
  /** The id of a kernel that was started early with these options; undefined if there is none. */
  early?(options: Omit<StartOptions, "id">): string | undefined;
  /** Prewarms a kernel for the next start, where that is possible. */
  prepare?(): void;
  /** Discards the prewarmed kernel. */
  discard?(): void;
}

export interface StartOptions {
  readonly id: string;
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

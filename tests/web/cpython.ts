/** The kernel core in a process of plain CPython, as a kind of kernel for the page's server. */

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

import type { KernelProvider, KernelListener, KernelPort, KernelSpec, StartOptions } from "../../kernels/port";

const ROOT = join(import.meta.dirname, "../..");
/** The Python that `make setup` has made. */
export const PYTHON = join(ROOT, ".venv/bin/python");

export class CPython implements KernelProvider {
  readonly spec: KernelSpec;

  /** Its kernels work in the folders under this one. */
  constructor(
    name: string,
    private readonly folder: string,
  ) {
    const spec = { argv: [PYTHON], language: "python", interrupt_mode: "signal" as const, env: {}, metadata: {} };
    this.spec = { name, spec: { ...spec, display_name: `Python (${name})` }, resources: {} };
  }

  start(options: StartOptions, listener: KernelListener): KernelPort {
    listener.progress({ phase: "Starting Python", loaded: 0, total: 0 });
    const child = spawn(PYTHON, [join(import.meta.dirname, "kernel.py")], {
      cwd: join(this.folder, options.path),
      env: { ...process.env, IPYTHONDIR: join(this.folder, ".ipython"), ...options.env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    return new ProcessPort(child, listener);
  }
}

class ProcessPort implements KernelPort {
  #unread = Buffer.alloc(0);
  #ready = false;

  constructor(
    private readonly child: ChildProcess,
    private readonly listener: KernelListener,
  ) {
    child.stdout?.on("data", (chunk: Buffer) => { this.#read(chunk); });
    child.stdin?.on("error", () => undefined); // a kernel that has died is heard of by its exit
    child.on("error", (error) => { listener.died(`The kernel's process could not start: ${error.message}.`); });
    child.on("exit", (code, signal) => { listener.died(`The kernel's process ended with ${String(code ?? signal)}.`); });
  }

  send(client: string, bytes: ArrayBuffer): void {
    const name = Buffer.from(client);
    const lengths = Buffer.alloc(12);
    lengths.writeUInt32LE(name.length, 0);
    lengths.writeBigUInt64LE(BigInt(bytes.byteLength), 4);
    // As a worker's port would, this takes the bytes away from who sent them.
    const sent = structuredClone(bytes, { transfer: [bytes] });
    this.child.stdin?.write(Buffer.concat([lengths, name, new Uint8Array(sent)]));
  }

  interrupt(): void {
    this.child.kill("SIGINT");
  }

  close(): void {
    this.child.removeAllListeners().on("error", () => undefined);
    this.child.stdout?.removeAllListeners("data").resume();
    this.child.kill("SIGKILL");
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (let frame = this.#next(); frame; frame = this.#next()) {
      if (!this.#ready) this.listener.ready();
      this.#ready = true;
      this.listener.message(frame.client || null, frame.bytes);
    }
  }

  #next(): { client: string; bytes: ArrayBuffer } | null {
    if (this.#unread.length < 12) return null;
    const start = 12 + this.#unread.readUInt32LE(0);
    const end = start + Number(this.#unread.readBigUInt64LE(4));
    if (this.#unread.length < end) return null;
    const client = this.#unread.toString("utf8", 12, start);
    const bytes = new Uint8Array(this.#unread.subarray(start, end)).buffer;
    this.#unread = this.#unread.subarray(end);
    return { client, bytes };
  }
}

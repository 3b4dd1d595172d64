/** Signals that reach Python while it is busy, and waiting where it cannot be suspended: both by shared memory. */
import type { PyodideAPI } from "pyodide";

export const SIGINT = 2;

/** The memory in which the page leaves a signal. */
export function signalMemory(): SharedArrayBuffer | null {
  return globalThis.crossOriginIsolated ? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) : null;
}

/** Leaves a signal for busy Python, which looks for one every so often. */
export function raise(memory: SharedArrayBuffer): void {
  const signal = new Int32Array(memory);
  Atomics.store(signal, 0, SIGINT);
  Atomics.notify(signal, 0);
}

export class Blocking {
  readonly #signal: Int32Array;

  constructor(
    pyodide: PyodideAPI,
    private readonly memory: SharedArrayBuffer | null,
  ) {
    this.#signal = new Int32Array(memory ?? new ArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    // Pyodide reads the signal and then clears it: one that came in between would be lost with a plain array.
    const take = (): number => this.#take();
    const buffer = { get 0() { return take(); }, set 0(_: number) { /* taken already */ } };
    // Pyodide declares a typed array, and uses its first element.
    if (memory) pyodide.setInterruptBuffer(buffer as unknown as Int32Array);
  }

  /** Whether an interrupt that the page tells of is still to be done: busy Python has taken the signal already. */
  isPending(): boolean {
    return this.memory === null || this.#take() !== 0;
  }

  /** Keeps Python and all else in this worker waiting, until a signal comes, which Python then meets. */
  sleep(seconds: number): void {
    if (this.memory) Atomics.wait(this.#signal, 0, 0, seconds * 1000);
  }

  #take(): number {
    return Atomics.exchange(this.#signal, 0, 0);
  }
}

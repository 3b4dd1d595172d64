/** Signals that reach Python while it is busy, from the page and from itself, and waiting where it cannot be suspended. */
import type { PyodideAPI } from "pyodide";

export const SIGINT = 2;
const SIGIO = 29; // Python asked to be woken, as output waits

/** The memory in which the page leaves a signal, where there is such memory: WebKit for GTK isolates pages, but has none. */
export function signalMemory(): SharedArrayBuffer | null {
  return globalThis.crossOriginIsolated && "SharedArrayBuffer" in globalThis ? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) : null;
}

/** Leaves a signal for busy Python, which looks for one every so often. */
export function sendSignal(memory: SharedArrayBuffer): void {
  const signal = new Int32Array(memory);
  Atomics.store(signal, 0, SIGINT);
  Atomics.notify(signal, 0);
}

export class SignalBuffer {
  readonly #signal: Int32Array;
  #due = Infinity;

  constructor(
    pyodide: PyodideAPI,
    private readonly memory: SharedArrayBuffer | null,
  ) {
    this.#signal = new Int32Array(memory ?? new ArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    // Pyodide reads the signal and then clears it: one that came in between would be lost with a plain array.
    const take = (): number => this.#take() || this.#alarm();
    const buffer = { get 0() { return take(); }, set 0(_: number) { /* taken already */ } };
    // Pyodide declares a typed array, and uses its first element.
    pyodide.setInterruptBuffer(buffer as unknown as Int32Array);
  }

  /** Whether an interrupt that the page tells of is still to be done: busy Python has taken the signal already. */
  isPending(): boolean {
    return this.memory === null || this.#take() !== 0;
  }

  /** Keeps Python and all else in this worker waiting, until a signal comes, which Python then meets. */
  sleep(seconds: number): void {
    if (this.memory) Atomics.wait(this.#signal, 0, 0, seconds * 1000);
  }

  /** Sends busy Python a SIGIO when that time has passed. */
  wake(seconds: number): void {
    this.#due = performance.now() + seconds * 1000;
  }

  #alarm(): number {
    if (this.#due === Infinity || performance.now() < this.#due) return 0;
    this.#due = Infinity;
    return SIGIO;
  }

  #take(): number {
    return Atomics.exchange(this.#signal, 0, 0);
  }
}

/** Signals to busy Python through shared memory (Pyodide's interrupt buffer), and blocking sleeps that a signal ends. */
import type { PyodideAPI } from "pyodide";

export const SIGINT = 2;
const SIGIO = 29; // a timer of Python's own: output is pending

/** Memory for one signal, where memory can be shared: WebKit for GTK isolates pages, but has no SharedArrayBuffer. */
export function signalMemory(): SharedArrayBuffer | null {
  return globalThis.crossOriginIsolated && "SharedArrayBuffer" in globalThis ? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) : null;
}

/** Sends SIGINT to busy Python, which polls for signals. */
export function sendSignal(memory: SharedArrayBuffer): void {
  const signal = new Int32Array(memory);
  Atomics.store(signal, 0, SIGINT);
  Atomics.notify(signal, 0);
}

/** The worker's end of the signal memory. */
export class SignalBuffer {
  readonly #signal: Int32Array;
  #due = Infinity;

  constructor(
    pyodide: PyodideAPI,
    private readonly memory: SharedArrayBuffer | null,
  ) {
    this.#signal = new Int32Array(memory ?? new ArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    // Pyodide reads the signal and then clears it. With a plain array, a signal in between would be lost.
    const take = (): number => this.#take() || this.#alarm();
    const buffer = { get 0() { return take(); }, set 0(_: number) { /* cleared by the getter */ } };
    // Pyodide declares a typed array, but only uses its first element.
    pyodide.setInterruptBuffer(buffer as unknown as Int32Array);
  }

  /** Whether an interrupt of the page is still pending; busy Python may have taken its signal already. */
  isPending(): boolean {
    return this.memory === null || this.#take() !== 0;
  }

  /** Blocks this worker until the time has passed or a signal comes, which Python then handles. */
  sleep(seconds: number): void {
    if (this.memory) Atomics.wait(this.#signal, 0, 0, seconds * 1000);
  }

  /** Sends Python a SIGIO after that time, if it is busy then. */
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

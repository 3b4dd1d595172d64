/**
 * A snapshot of Python's memory: its file format, and how it is restored.
 *
 * How it works. The build (build/kernel/snapshot.ts) saves the WebAssembly memory of a started kernel as a page-granular delta
 * against a fresh one: the memory of the same program in which only Emscripten's start has run. A kernel instantiates
 * the program, lets Emscripten start, zeroes the heap and copies the runs of the delta into it.
 * The file: four bytes each of magic number, checksum (FNV-1a of all after it) and length of the JSON; the JSON (`Metadata`),
 * padded to a multiple of four; then the bytes of the runs, one after another.
 * What must stay true: the snapshot fits one build of the program only (`build`), with the same shared libraries loaded in the
 * same order (`linked`). Values that depend on the engine or the process are not taken from it: the trampoline of
 * Python's calls, the time zone. The format changes together with MAGIC. The Python side: wasmnb_kernel/environment/snapshot.py.
 */

/** The JSON header of the file. */
export interface Metadata {
  /** Pyodide's build id. */
  readonly build: string;
  /** The size of the memory, in bytes. */
  readonly size: number;
  /** The addresses of C's time zone: the arguments of `_tzset_js`. */
  readonly zone: readonly number[];
  /** Folders that Python has made outside of its library. */
  readonly folders: readonly string[];
  /** The shared libraries in it. */
  readonly linked: LinkedLibraries;
  /** References to JavaScript objects, serialised by Pyodide. */
  readonly objects: unknown;
  /** The runs of the delta: address and length. */
  readonly runs: readonly (readonly [start: number, length: number])[];
}

/** The shared libraries in a snapshot. */
export interface LinkedLibraries {
  /** Their paths in load order, each with the address of its dynamic linker record (`struct dso`). */
  readonly libraries: readonly (readonly [path: string, handle: number])[];
  /** The length of the function table after they were loaded. */
  readonly functions: number;
}

export interface Snapshot {
  readonly about: Metadata;
  /** The bytes of the runs, one after another. */
  readonly parts: Uint8Array;
}

/** A parsed snapshot, with its file. */
export interface SnapshotFile extends Snapshot {
  readonly file: ArrayBuffer;
}

/** The part of Emscripten's module that is used here. The views are replaced when the memory grows. */
export interface Memory {
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  readonly ___heap_base: number;
  readonly __PyRuntime: number;
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _sbrk(bytes: number): number;
  __tzset_js(...addresses: number[]): void;
}

/** A snapshot cannot be used; the sentence says why. */
export class UnusableSnapshot extends Error {}

const MAGIC = 0x6e62_7733;
const HEAD = 12; // magic, checksum of all after it, length of the JSON

export function serialize({ about, parts }: Snapshot): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(about).padEnd(4));
  const start = aligned(HEAD + json.length);
  const file = new Uint8Array(aligned(start + parts.length));
  file.fill(SPACE, HEAD, start);
  file.set(json, HEAD);
  file.set(parts, start);
  const head = new Uint32Array(file.buffer, 0, 3);
  head.set([MAGIC, 0, start - HEAD]);
  head[1] = checksum(file.buffer);
  return file;
}

export function parseSnapshot(file: ArrayBuffer): SnapshotFile {
  const [magic, sum, length] = file.byteLength < HEAD ? [] : new Uint32Array(file, 0, 3);
  if (magic !== MAGIC || length === undefined) throw new UnusableSnapshot("The snapshot's file is not a snapshot, or has another version.");
  if (file.byteLength % 4 !== 0 || sum !== checksum(file)) throw new UnusableSnapshot("The snapshot is damaged.");
  // The checksum has shown that `serialize` wrote it.
  const about = JSON.parse(new TextDecoder().decode(new Uint8Array(file, HEAD, length))) as Metadata;
  return { file, about, parts: new Uint8Array(file, HEAD + length) };
}

/** Copies the snapshot into a memory in which only Emscripten's start has run. */
export function restore(memory: Memory, { about, parts }: Snapshot, build: string): void {
  if (about.build !== build) throw new UnusableSnapshot("The snapshot was taken of another build of Pyodide.");
  // The program exports its memory, so Pyodide cannot set a larger initial size.
  if (memory.HEAPU8.length < about.size) memory._free(memory._malloc(about.size - memory._sbrk(0)));
  // Python's call trampoline depends on the engine, and was set when this one started.
  const slot = trampoline(memory);
  const call = memory.HEAP32[slot] ?? 0;
  memory.HEAPU8.fill(0, memory.___heap_base, memory._sbrk(0));
  let at = 0;
  for (const [start, length] of about.runs) {
    memory.HEAPU8.set(parts.subarray(at, at + length), start);
    at += length;
  }
  memory.HEAP32[slot] = call;
  memory.__tzset_js(...about.zone);
}

/** The delta of a memory against a fresh one. */
export function delta(memory: Uint8Array, fresh: Uint8Array): Pick<Snapshot, "parts"> & Pick<Metadata, "runs"> {
  const runs: [start: number, length: number][] = [];
  for (let start = 0; start < memory.length; start += PAGE) {
    const last = runs.at(-1);
    if (!differs(memory, fresh, start)) continue;
    if (last && last[0] + last[1] === start) last[1] += PAGE;
    else runs.push([start, PAGE]);
  }
  const parts = new Uint8Array(runs.reduce((sum, [, length]) => sum + length, 0));
  let at = 0;
  for (const [start, length] of runs) {
    parts.set(memory.subarray(start, start + length), at);
    at += length;
  }
  return { runs, parts };
}

/** Smaller pages cost more in the list of runs than they save. */
const PAGE = 256;
const SPACE = 0x20;

const trampoline = ({ HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: offset }: Memory): number =>
  (__PyRuntime + (HEAP32[offset >> 2] ?? 0)) >> 2;

function differs(memory: Uint8Array, fresh: Uint8Array, start: number): boolean {
  for (let at = start; at < start + PAGE; at++) if (memory[at] !== (fresh[at] ?? 0)) return true;
  return false;
}

const aligned = (length: number): number => Math.ceil(length / 4) * 4;

/** FNV-1a over words: detects a truncated or corrupted file in a few milliseconds. */
function checksum(file: ArrayBufferLike): number {
  const words = new Uint32Array(file, 8);
  let sum = 0x811c_9dc5;
  // for-of would take eight times as long in a worker that has just started.
  // eslint-disable-next-line @typescript-eslint/prefer-for-of
  for (let at = 0; at < words.length; at++) sum = Math.imul(sum ^ (words[at] ?? 0), 0x0100_0193);
  return sum >>> 0;
}

/** A snapshot of Python's memory: how it lies in its file, and how it is put back. */

/** What the file says beside the memory itself. */
export interface Metadata {
  /** Pyodide's own mark of the build that the memory belongs to. */
  readonly build: string;
  /** The size of the memory, in bytes. */
  readonly size: number;
  /** Where C keeps the time zone: its arguments to `_tzset_js`. */
  readonly zone: readonly number[];
  /** Folders that Python has made, beside those of its library. */
  readonly folders: readonly string[];
  /** The shared libraries that are a part of it. */
  readonly linked: LinkedLibraries;
  /** JavaScript's objects that Python holds, as Pyodide describes them. */
  readonly objects: unknown;
  /** Which parts of the memory differ from a fresh one: where each begins, and its length. */
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
  /** The parts, one after another. */
  readonly parts: Uint8Array;
}

/** A snapshot as it was read, and what it was read from. */
export interface SnapshotFile extends Snapshot {
  readonly file: ArrayBuffer;
}

/** What of Emscripten's module is used here. Memory grows when more is allocated: these views are made anew then. */
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

/** A snapshot that cannot be used; the sentence says why. */
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
  if (magic !== MAGIC || length === undefined) throw new UnusableSnapshot("The snapshot's file is none, or of another version.");
  if (file.byteLength % 4 !== 0 || sum !== checksum(file)) throw new UnusableSnapshot("The snapshot is damaged.");
  // The checksum says that `written` wrote it.
  const about = JSON.parse(new TextDecoder().decode(new Uint8Array(file, HEAD, length))) as Metadata;
  return { file, about, parts: new Uint8Array(file, HEAD + length) };
}

/** Lays the snapshot into a memory in which nothing has run yet but Emscripten's own start. */
export function restore(memory: Memory, { about, parts }: Snapshot, build: string): void {
  if (about.build !== build) throw new UnusableSnapshot("The snapshot was taken of another build of Pyodide.");
  // It is exported by the module, and so Pyodide cannot make it larger from the start.
  if (memory.HEAPU8.length < about.size) memory._free(memory._malloc(about.size - memory._sbrk(0)));
  // How Python calls functions depends on the engine, and was settled when this one started.
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

/** The part of a memory that differs from a fresh one. */
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

/** Smaller ones take more room in the table than they save. */
const PAGE = 256;
const SPACE = 0x20;

const trampoline = ({ HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: offset }: Memory): number =>
  (__PyRuntime + (HEAP32[offset >> 2] ?? 0)) >> 2;

function differs(memory: Uint8Array, fresh: Uint8Array, start: number): boolean {
  for (let at = start; at < start + PAGE; at++) if (memory[at] !== (fresh[at] ?? 0)) return true;
  return false;
}

const aligned = (length: number): number => Math.ceil(length / 4) * 4;

/** FNV-1a over words: it is to notice a file that was cut or patched on its way, in a few milliseconds. */
function checksum(file: ArrayBufferLike): number {
  const words = new Uint32Array(file, 8);
  let sum = 0x811c_9dc5;
  // Iterated over, they would take eight times as long in a worker that has just begun.
  // eslint-disable-next-line @typescript-eslint/prefer-for-of
  for (let at = 0; at < words.length; at++) sum = Math.imul(sum ^ (words[at] ?? 0), 0x0100_0193);
  return sum >>> 0;
}

/** A bounded log of the latest entries: the oldest are evicted above a number of entries or bytes. */
import { type ISignal, Signal } from "@lumino/signaling";
import { type Entry, Message } from "./entry";

export const LIMITS = { entries: 100_000, bytes: 128 * 1024 * 1024 } as const;

export class Log {
  /** The number of entries that were cleared or evicted. */
  dropped = 0;
  /** The number of entries evicted since the log was cleared. */
  evicted = 0;
  /** While paused, nothing is recorded. */
  isPaused = false;
  #entries: Entry[] = [];
  #first = 0;
  #bytes = 0;
  readonly #changed = new Signal<this, undefined>(this);

  /** Emitted with every entry, so listeners must defer their work to the next frame. */
  get changed(): ISignal<this, undefined> {
    return this.#changed;
  }

  /** The number of the next entry; numbers count from the first entry ever added. */
  get end(): number {
    return this.dropped + this.#entries.length - this.#first;
  }

  get size(): number {
    return this.end - this.dropped;
  }

  /** The entry of that number, if it is still in the log. */
  at(number: number): Entry | undefined {
    return number < this.dropped ? undefined : this.#entries[this.#first + number - this.dropped];
  }

  /** All entries, oldest first. */
  entries(): Entry[] {
    return this.#entries.slice(this.#first);
  }

  add(entry: Entry): void {
    if (this.isPaused) return;
    this.#entries.push(entry);
    this.#bytes += sizeOf(entry);
    while (this.size > LIMITS.entries || (this.#bytes > LIMITS.bytes && this.size > 1)) this.#evict();
    this.#changed.emit(undefined);
  }

  /** Replaces all entries, as by those of a file. */
  replace(entries: readonly Entry[]): void {
    this.clear();
    for (const entry of entries) this.add(entry);
  }

  clear(): void {
    this.dropped = this.end;
    this.#entries = [];
    this.#first = this.#bytes = this.evicted = 0;
    this.#changed.emit(undefined);
  }

  #evict(): void {
    const oldest = this.#entries[this.#first];
    if (!oldest) return;
    this.#bytes -= sizeOf(oldest);
    this.#first += 1;
    this.dropped += 1;
    this.evicted += 1;
    if (this.#first < LIMITS.entries / 2) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}

const sizeOf = (entry: Entry): number =>
  entry instanceof Message ? entry.bytes : (entry.sent.body?.length ?? 0) + (entry.received.body?.length ?? 0);

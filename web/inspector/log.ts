/** The newest of what passed the doors, so many entries and bytes at most. */
import { type ISignal, Signal } from "@lumino/signaling";
import { type Entry, Message } from "./entry";

export const LIMITS = { entries: 100_000, bytes: 128 * 1024 * 1024 } as const;

export class Log {
  /** How many entries are not kept any more, of all that ever were. */
  dropped = 0;
  /** How many of them were let go to make room. */
  evicted = 0;
  /** While paused, what passes is not kept. */
  isPaused = false;
  #entries: Entry[] = [];
  #first = 0;
  #bytes = 0;
  readonly #changed = new Signal<this, undefined>(this);

  /** Emitted with every entry: listeners do their work later, in the next frame. */
  get changed(): ISignal<this, undefined> {
    return this.#changed;
  }

  /** The number of the entry after the newest, counted from the first that ever was. */
  get end(): number {
    return this.dropped + this.#entries.length - this.#first;
  }

  get size(): number {
    return this.end - this.dropped;
  }

  /** The entry of that number, if it is still kept. */
  at(number: number): Entry | undefined {
    return number < this.dropped ? undefined : this.#entries[this.#first + number - this.dropped];
  }

  /** All that is kept, oldest first. */
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

  /** Keeps these instead, as those of a file. */
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

/**
 * Time-sliced filtering of the log: a few milliseconds of work in each frame, so that a flood of messages never blocks the page.
 *
 * Entries have ascending numbers, which they keep when older ones are evicted. The filter holds a cursor, the number of the next entry to
 * examine, and the numbers that match. New criteria reset both; `advance` then catches up with the log, over several frames if there is
 * much to examine. What the log has evicted is forgotten at the start of each slice.
 */
import { type Entry, Message } from "./entry";
import type { Log } from "./log";

/** Criteria of the filter; "" matches everything. */
export interface Criteria {
  readonly kernel: string;
  readonly channel: string;
  readonly type: string;
  readonly text: string;
  /** The id of a request, to show its messages alone. */
  readonly root: string;
}

export const EVERYTHING: Criteria = { kernel: "", channel: "", type: "", text: "", root: "" };

export class LogFilter {
  criteria = EVERYTHING;
  readonly kernels = new Set<string>();
  readonly types = new Set<string>();
  /** The latest request to run a cell. */
  newestRequest: Message | null = null;
  /** The numbers of the matching entries, oldest first. */
  #shown: number[] = [];
  #next = 0;
  readonly #sentAt = new Map<string, number>();

  constructor(private readonly log: Log) {}

  get shown(): readonly number[] {
    return this.#shown;
  }

  apply(filter: Criteria): void {
    this.criteria = filter;
    this.#shown = [];
    this.#next = this.log.dropped;
  }

  /** Examines entries for so many milliseconds; returns whether some are left. */
  advance(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    this.#evict();
    for (; this.#next < this.log.end; this.#next += 1) {
      // Reading the clock costs as much as examining an entry.
      if (this.#next % 64 === 0 && performance.now() > until) return true;
      this.#examine(this.#next);
    }
    return false;
  }

  /** Milliseconds since the request; null if that is not in the log. */
  latency(message: Message): number | null {
    const sentAt = this.#sentAt.get(message.parent);
    return sentAt === undefined ? null : message.time - sentAt;
  }

  /** The messages of a request, and the REST calls during it. */
  related(root: string): Entry[] {
    const messages = this.log.entries().filter((entry) => entry instanceof Message && entry.root === root);
    const [first, last] = [messages[0], messages.at(-1)];
    if (!first || !last) return [];
    const calls = this.log.entries().filter((entry) => entry.kind === "rest" && entry.time >= first.time && entry.time <= last.time);
    return [...messages, ...calls].sort((one, other) => one.time - other.time);
  }

  #examine(number: number): void {
    const entry = this.log.at(number);
    if (!entry) return;
    if (entry instanceof Message) this.#note(entry);
    if (matches(entry, this.criteria)) this.#shown.push(number);
  }

  #note(message: Message): void {
    this.kernels.add(message.kernel);
    this.types.add(message.type);
    if (message.direction === "sent" || message.parent === "") this.#sentAt.set(message.id, message.time);
    if (message.type === "execute_request" && message.direction === "sent") this.newestRequest = message;
  }

  /** Forgets what the log has evicted. */
  #evict(): void {
    const { dropped, size } = this.log;
    this.#next = Math.max(this.#next, dropped);
    const first = this.#shown.findIndex((number) => number >= dropped);
    if (first !== 0) this.#shown = first < 0 ? [] : this.#shown.slice(first);
    if (size === 0) this.#sentAt.clear();
    if (this.#sentAt.size <= 2 * size + 1000) return;
    for (const id of [...this.#sentAt.keys()].slice(0, size)) this.#sentAt.delete(id);
  }
}

function matches(entry: Entry, { kernel, channel, type, text, root }: Criteria): boolean {
  if (!(entry instanceof Message)) {
    const fits = root === "" && kernel === "" && type === "" && (channel === "" || channel === "rest");
    return fits && (text === "" || `${entry.method} ${entry.path}`.toLowerCase().includes(text.toLowerCase()));
  }
  if (channel !== "" && entry.opened.channel !== channel) return false;
  if (type !== "" && entry.type !== type) return false;
  if (kernel !== "" && entry.kernel !== kernel) return false;
  if (root !== "" && entry.root !== root) return false;
  return text === "" || JSON.stringify([entry.opened.header, entry.opened.content]).toLowerCase().includes(text.toLowerCase());
}

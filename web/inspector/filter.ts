/** Which entries are shown: a filter, applied a little in each frame, so that no flood holds up the page. */
import { type Entry, Message } from "./entry";
import type { Log } from "./log";

/** "" lets everything through. */
export interface Criteria {
  readonly kernel: string;
  readonly channel: string;
  readonly type: string;
  readonly text: string;
  /** The id of the request whose messages alone are wanted. */
  readonly root: string;
}

export const EVERYTHING: Criteria = { kernel: "", channel: "", type: "", text: "", root: "" };

export class LogFilter {
  criteria = EVERYTHING;
  readonly kernels = new Set<string>();
  readonly types = new Set<string>();
  /** The newest request to run a cell. */
  newestRequest: Message | null = null;
  /** The numbers of what is shown, oldest first. */
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

  /** Looks at entries for so many milliseconds; whether there are more to look at. */
  advance(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    this.#evict();
    for (; this.#next < this.log.end; this.#next += 1) {
      // To ask the time costs as much as to look at an entry.
      if (this.#next % 64 === 0 && performance.now() > until) return true;
      this.#examine(this.#next);
    }
    return false;
  }

  /** Milliseconds since the request that it answers; null where that was not seen. */
  latency(message: Message): number | null {
    const asked = this.#sentAt.get(message.parent);
    return asked === undefined ? null : message.time - asked;
  }

  /** All that belongs to a request, and the calls that were made meanwhile. */
  related(root: string): Entry[] {
    const messages = this.log.entries().filter((entry) => entry instanceof Message && entry.root === root);
    const [first, last] = [messages[0], messages.at(-1)];
    if (!first || !last) return [];
    const meanwhile = this.log.entries().filter((entry) => entry.kind === "rest" && entry.time >= first.time && entry.time <= last.time);
    return [...messages, ...meanwhile].sort((one, other) => one.time - other.time);
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

  /** Lets go of what the log has let go. */
  #evict(): void {
    const { dropped, size } = this.log;
    this.#next = Math.max(this.#next, dropped);
    const kept = this.#shown.findIndex((number) => number >= dropped);
    if (kept !== 0) this.#shown = kept < 0 ? [] : this.#shown.slice(kept);
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

/** What the start of a kernel consisted of, step by step: kept in the worker, shown among the page's performance measures. */
import type { Span } from "./protocol";

export type SpanInfo = Pick<Span, "bytes" | "note">;

export class Timeline {
  readonly spans: Span[] = [];

  /** The promise, noted under that name from now until it settles. */
  async timeAsync<T>(name: string, promise: Promise<T>, about: SpanInfo = {}): Promise<T> {
    const start = now();
    try {
      return await promise;
    } finally {
      this.record(name, start, about);
    }
  }

  /** What the function returns, noted under that name. */
  time<T>(name: string, work: () => T, about: SpanInfo = {}): T {
    const start = now();
    const result = work();
    this.record(name, start, about);
    return result;
  }

  /** Notes what ends now. */
  record(name: string, start: number, about: SpanInfo = {}): void {
    this.spans.push({ name, start, end: now(), ...about });
  }
}

/** What the page's measures carry in their `detail`. */
export interface Detail extends SpanInfo {
  /** The kernel's id. */
  readonly kernel: string;
  /** The worker that it has, or had before it was restarted: the name of that one's lock. */
  readonly worker: string;
}

const PREFIX = "wasmnb kernel: ";

/** Enters the steps into this thread's own performance timeline, where tools and tests find them. */
export function publishSpans(spans: readonly Span[], of: Pick<Detail, "kernel" | "worker">): void {
  for (const { name, start, end, ...about } of spans) {
    const here = performance.timeOrigin;
    const detail: Detail = { ...of, ...about };
    performance.measure(PREFIX + name, { start: Math.max(0, start - here), end: Math.max(0, end - here), detail });
  }
}

/** A step as this thread's timeline has it, in milliseconds since the page was asked for. */
export interface Step extends SpanInfo {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The steps of a kernel's newest start. */
export function stepsOf(kernel: string): Step[] {
  const measures = performance.getEntriesByType("measure").filter(({ name }) => name.startsWith(PREFIX)) as PerformanceMeasure[];
  const steps = measures
    // `show` has entered what begins with our prefix.
    .map(({ name, startTime, duration, detail }) => ({ name: name.slice(PREFIX.length), start: startTime, end: startTime + duration, ...(detail as Detail) }))
    .filter((step) => step.kernel === kernel);
  // Entries come in the order of their beginnings: the last one to begin is of the newest start.
  return steps.filter(({ worker }) => worker === steps.at(-1)?.worker);
}

export const now = (): number => performance.timeOrigin + performance.now();

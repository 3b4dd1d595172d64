/** Timing of a kernel's start: spans recorded in the worker, published as the page's performance measures. */
import type { Span } from "./protocol";

export type SpanInfo = Pick<Span, "bytes" | "note">;

export class Timeline {
  readonly spans: Span[] = [];

  /** Records a span from now until the promise settles. */
  async timeAsync<T>(name: string, promise: Promise<T>, about: SpanInfo = {}): Promise<T> {
    const start = now();
    try {
      return await promise;
    } finally {
      this.record(name, start, about);
    }
  }

  /** Records a span while the function runs, and returns its result. */
  time<T>(name: string, work: () => T, about: SpanInfo = {}): T {
    const start = now();
    const result = work();
    this.record(name, start, about);
    return result;
  }

  /** Records a span that ends now. */
  record(name: string, start: number, about: SpanInfo = {}): void {
    this.spans.push({ name, start, end: now(), ...about });
  }
}

/** The `detail` of the page's performance measures. */
export interface Detail extends SpanInfo {
  /** The kernel's id. */
  readonly kernel: string;
  /** The worker of this start (a restart has another): the name of its lock. */
  readonly worker: string;
}

const PREFIX = "wasmnb kernel: ";

/** Adds the spans to this thread's performance timeline, for tools and tests. */
export function publishSpans(spans: readonly Span[], of: Pick<Detail, "kernel" | "worker">): void {
  for (const { name, start, end, ...about } of spans) {
    const here = performance.timeOrigin;
    const detail: Detail = { ...of, ...about };
    performance.measure(PREFIX + name, { start: Math.max(0, start - here), end: Math.max(0, end - here), detail });
  }
}

/** A span in this thread's timeline, in milliseconds since the page was requested. */
export interface Step extends SpanInfo {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The spans of a kernel's latest start. */
export function stepsOf(kernel: string): Step[] {
  const measures = performance.getEntriesByType("measure").filter(({ name }) => name.startsWith(PREFIX)) as PerformanceMeasure[];
  const steps = measures
    // `publishSpans` has added what starts with our prefix.
    .map(({ name, startTime, duration, detail }) => ({ name: name.slice(PREFIX.length), start: startTime, end: startTime + duration, ...(detail as Detail) }))
    .filter((step) => step.kernel === kernel);
  // Entries are sorted by start time: the last one belongs to the latest start.
  return steps.filter(({ worker }) => worker === steps.at(-1)?.worker);
}

export const now = (): number => performance.timeOrigin + performance.now();

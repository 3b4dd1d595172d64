/** What the start of a kernel consisted of, step by step: kept in the worker, shown among the page's performance measures. */
import type { Span } from "./protocol";

export class Timeline {
  readonly spans: Span[] = [];

  /** The promise, noted under that name from now until it settles. */
  async note<T>(name: string, promise: Promise<T>): Promise<T> {
    const start = now();
    try {
      return await promise;
    } finally {
      this.spans.push({ name, start, end: now() });
    }
  }

  /** What the function returns, noted under that name. */
  take<T>(name: string, work: () => T): T {
    const start = now();
    const result = work();
    this.spans.push({ name, start, end: now() });
    return result;
  }
}

/** Enters the steps into this thread's own performance timeline, where tools and tests find them. */
export function show(spans: readonly Span[]): void {
  for (const { name, start, end } of spans) {
    const here = performance.timeOrigin;
    performance.measure(`wasmnb kernel: ${name}`, { start: Math.max(0, start - here), end: Math.max(0, end - here) });
  }
}

const now = (): number => performance.timeOrigin + performance.now();

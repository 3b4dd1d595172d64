/** What the start of a kernel consisted of, step by step: kept in the worker, shown among the page's performance measures. */
import type { Span } from "./protocol";

export type About = Pick<Span, "bytes" | "note">;

export class Timeline {
  readonly spans: Span[] = [];

  /** The promise, noted under that name from now until it settles. */
  async note<T>(name: string, promise: Promise<T>, about: About = {}): Promise<T> {
    const start = now();
    try {
      return await promise;
    } finally {
      this.add(name, start, about);
    }
  }

  /** What the function returns, noted under that name. */
  take<T>(name: string, work: () => T, about: About = {}): T {
    const start = now();
    const result = work();
    this.add(name, start, about);
    return result;
  }

  /** Notes what ends now. */
  add(name: string, start: number, about: About = {}): void {
    this.spans.push({ name, start, end: now(), ...about });
  }
}

/** What the page's measures carry in their `detail`. */
export interface Detail extends About {
  /** The kernel's id. */
  readonly kernel: string;
}

export const PREFIX = "wasmnb kernel: ";

/** Enters the steps into this thread's own performance timeline, where tools and tests find them. */
export function show(spans: readonly Span[], kernel: string): void {
  for (const { name, start, end, ...about } of spans) {
    const here = performance.timeOrigin;
    const detail: Detail = { kernel, ...about };
    performance.measure(PREFIX + name, { start: Math.max(0, start - here), end: Math.max(0, end - here), detail });
  }
}

export const now = (): number => performance.timeOrigin + performance.now();

/** Workers for kernels: one in reserve is used once, and one that has died is not. */
import { beforeEach, expect, test, vi } from "vitest";

import { FILES, type FromWorker, RUNTIMES, SNAPSHOT, type ToWorker, WORKER } from "../../kernels/pyodide/protocol";
import { WorkerPool } from "../../kernels/pyodide/page/worker-pool";

const NAMES = [...FILES, RUNTIMES[0], SNAPSHOT, WORKER];
const MANIFEST = { files: Object.fromEntries(NAMES.map((name) => [name, { path: name, bytes: 1 }])) };

/** A worker in which nothing runs; a test speaks for it. */
class Silent {
  onmessage: ((event: { readonly data: FromWorker }) => void) | null = null;
  onerror: ((event: { readonly message: string }) => void) | null = null;
  readonly told: ToWorker["type"][] = [];
  isEnded = false;

  constructor() {
    workers.push(this);
  }

  postMessage({ type }: ToWorker): void {
    this.told.push(type);
  }

  terminate(): void {
    this.isEnded = true;
  }

  holds(): void {
    this.onmessage?.({ data: { type: "holding" } });
  }

  boots(): void {
    this.onmessage?.({ data: { type: "booted", fetched: null } });
  }
}

let workers: Silent[];
/** What ends the worker that holds its lock as the first, second… */
let ends: (() => void)[];

beforeEach(() => {
  workers = [];
  ends = [];
  vi.stubGlobal("Worker", Silent);
  vi.stubGlobal("window", {});
  vi.stubGlobal("document", { baseURI: "http://page.test/" });
  const request = (_: string, __: LockOptions, granted: () => void) => new Promise<void>((resolve) => {
    ends.push(() => { granted(); resolve(); });
  });
  vi.stubGlobal("navigator", { locks: { request } });
});

/** A page in which one kernel runs and a worker is in reserve. */
function withSpare(booted = true): WorkerPool {
  const stock = new WorkerPool(MANIFEST);
  stock.acquire({});
  stock.prepare();
  for (const worker of workers) {
    worker.holds();
    if (booted) worker.boots();
  }
  return stock;
}

test("the worker in reserve is given out once, and the next one is new", () => {
  const stock = withSpare();
  stock.acquire({});
  expect(workers.map(({ told }) => told)).toEqual([["start"], ["start", "prepare"]]);
  stock.acquire({});
  expect(workers.length).toBe(3);
});

test.each([true, false])("where the worker in reserve has died, booted or not, a kernel gets a new one (%s)", (booted) => {
  const stock = withSpare(booted);
  ends[1]?.();
  expect(stock.acquire({}).failed).toBe(false);
  expect(workers.length).toBe(3);
});

test("a worker in reserve that could not start is replaced by another", () => {
  const stock = withSpare();
  workers[1]?.onerror?.({ message: "no memory" });
  stock.prepare();
  expect(workers[2]?.told).toEqual(["start", "prepare"]);
  stock.acquire({});
  expect(workers.length).toBe(3);
});

test("a reserve that is not wanted any more is ended", () => {
  const stock = withSpare();
  stock.discard();
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([false, true]);
});

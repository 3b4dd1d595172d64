/** What is answered where a page of the site asks for something. */
import { isolated } from "./isolation-headers";
import type { SiteCache } from "./site-cache";
import type { Strategy } from "./routes";
import type { FetchEvent, ServiceWorkerScope } from "./types";

/** Milliseconds; a network that lets one wait longer for a page that is kept is none. */
const PATIENCE = 3000;

export async function respond(event: FetchEvent, way: Strategy, kept: SiteCache, { clients }: ServiceWorkerScope): Promise<Response> {
  const { request, resultingClientId } = event;
  const there = await kept.find(request.url);
  if (there && way === "named") return isolated(request, there);
  const coming = fetched(event);
  if (way !== "version") event.waitUntil(coming.then((response) => note(kept, request.url, response.clone()), () => undefined));
  if (!there) return isolated(request, await coming);
  const isSlow = request.mode === "navigate" ? slow() : new Promise<never>(() => undefined);
  const first = await Promise.race([coming.catch(() => "fails" as const), isSlow]);
  if (first === "slow") event.waitUntil(tellIfNewer(coming, there.clone(), () => clients.get(resultingClientId)));
  const isAnswer = first instanceof Response && first.status < FAULT_OF_HOST;
  return isolated(request, isAnswer ? first : there);
}

const FAULT_OF_HOST = 500;

/** A part of a file that is kept as a whole, such as a source of Python's library; else what the host gives. */
export async function respondWithRange(request: Request, range: string, kept: SiteCache): Promise<Response> {
  const [, first, last] = RANGE.exec(range) ?? [];
  const there = first === undefined || last === undefined ? undefined : await kept.find(request.url);
  if (!there) return fetch(request);
  const whole = await there.blob();
  const headers = { "Content-Range": `bytes ${String(first)}-${String(last)}/${whole.size}` };
  return new Response(whole.slice(Number(first), Number(last) + 1), { status: 206, headers });
}

/** As kernels/pyodide/assets/sync-request.ts asks. */
const RANGE = /^bytes=(\d+)-(\d+)$/;

/** What the browser has begun to fetch while this worker started, if it has. */
async function fetched({ request, preloadResponse }: FetchEvent): Promise<Response> {
  const response = (await preloadResponse) ?? (await fetch(request));
  // Firefox says so that what it has begun to fetch cannot be had. https://github.com/GoogleChrome/workbox/issues/3134
  if (response.type === "error") throw new Error("The host cannot be reached.");
  return response;
}

const slow = (): Promise<"slow"> => new Promise((resolve) => { setTimeout(() => { resolve("slow"); }, PATIENCE); });

async function note(kept: SiteCache, url: string, response: Response): Promise<void> {
  if (response.status === 200) await kept.put(url, response);
  else if (response.status === 404) await kept.drop(url);
}

async function tellIfNewer(coming: Promise<Response>, shown: Response, client: () => ReturnType<ServiceWorkerScope["clients"]["get"]>): Promise<void> {
  const newer = await coming.then((response) => response.clone().text(), () => null);
  if (newer !== null && newer !== (await shown.text())) (await client())?.postMessage({ type: "late" });
}

/** Caching strategies: how the service worker answers a request of the site's pages. */
import { isolated } from "./isolation-headers";
import type { SiteCache } from "./site-cache";
import type { Strategy } from "./routes";
import type { FetchEvent, ServiceWorkerScope } from "./types";

/** A navigation that takes longer is answered from the cache. */
const TIMEOUT_MS = 3000;

export async function respond(event: FetchEvent, strategy: Strategy, cache: SiteCache, { clients }: ServiceWorkerScope): Promise<Response> {
  const { request, resultingClientId } = event;
  const cached = await cache.find(request.url);
  if (cached && strategy === "cacheFirst") return isolated(request, cached);
  const fetching = fetchResponse(event);
  if (strategy !== "version") event.waitUntil(fetching.then((response) => update(cache, request.url, response.clone()), () => undefined));
  if (!cached) return isolated(request, await fetching);
  const isSlow = request.mode === "navigate" ? timeout() : new Promise<never>(() => undefined);
  const first = await Promise.race([fetching.catch(() => "failed" as const), isSlow]);
  if (first === "slow") event.waitUntil(notifyIfNewer(fetching, cached.clone(), () => clients.get(resultingClientId)));
  const isUsable = first instanceof Response && first.status < SERVER_ERROR;
  return isolated(request, isUsable ? first : cached);
}

const SERVER_ERROR = 500;

/** A range of a cached file, such as a source file of Python's standard library; otherwise the host's response. */
export async function respondWithRange(request: Request, range: string, cache: SiteCache): Promise<Response> {
  const [, first, last] = RANGE.exec(range) ?? [];
  const cached = first === undefined || last === undefined ? undefined : await cache.find(request.url);
  if (!cached) return fetch(request);
  const whole = await cached.blob();
  const headers = { "Content-Range": `bytes ${String(first)}-${String(last)}/${whole.size}` };
  return new Response(whole.slice(Number(first), Number(last) + 1), { status: 206, headers });
}

/** The form that kernels/pyodide/assets/sync-request.ts uses. */
const RANGE = /^bytes=(\d+)-(\d+)$/;

/** The preloaded response if the browser has started one, otherwise a fetch. */
async function fetchResponse({ request, preloadResponse }: FetchEvent): Promise<Response> {
  const response = (await preloadResponse) ?? (await fetch(request));
  // Firefox reports a failed preload in this way. https://github.com/GoogleChrome/workbox/issues/3134
  if (response.type === "error") throw new Error("The host cannot be reached.");
  return response;
}

const timeout = (): Promise<"slow"> => new Promise((resolve) => { setTimeout(() => { resolve("slow"); }, TIMEOUT_MS); });

async function update(cache: SiteCache, url: string, response: Response): Promise<void> {
  if (response.status === 200) await cache.put(url, response);
  else if (response.status === 404) await cache.drop(url);
}

async function notifyIfNewer(fetching: Promise<Response>, shown: Response, client: () => ReturnType<ServiceWorkerScope["clients"]["get"]>): Promise<void> {
  const newer = await fetching.then((response) => response.clone().text(), () => null);
  if (newer !== null && newer !== (await shown.text())) (await client())?.postMessage({ type: "updated" });
}

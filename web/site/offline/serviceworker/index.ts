/**
 * The service worker of a site: offline use, and cross-origin isolation (isolation-headers.ts).
 *
 * - routes.ts chooses a caching strategy by the URL: cache-first for fingerprinted files, network-first for all others.
 * - strategies.ts answers requests by these strategies; a navigation falls back to the cache after a time-out.
 * - site-cache.ts is one Cache Storage for the site. Pages tell what they have loaded ("cache"), or that a notebook is being run
 *   ("prepare": prefetch everything that takes). After each navigation the cache is revalidated against `version.json`: when the
 *   site was updated, cached files are fetched again, and files that the site no longer has are evicted once no other page is open.
 * - When the host answers 404 or 410 for `version.json`, the site is gone: the cache is deleted and the worker unregistered.
 *
 * The cache's name and keys must stay, since readers' browsers have them. https://web.dev/articles/offline-cookbook
 */
import { respond, respondWithRange } from "./strategies";
import { SiteCache } from "./site-cache";
import { strategyFor } from "./routes";
import type { ServiceWorkerScope } from "./types";

declare const self: ServiceWorkerScope;

const root = self.registration.scope;
const cache = new SiteCache(root);

self.addEventListener("install", (event) => { event.waitUntil(self.skipWaiting()); });

self.addEventListener("activate", (event) => {
  const { navigationPreload } = self.registration as { readonly navigationPreload?: NavigationPreloadManager };
  event.waitUntil(Promise.all([self.clients.claim(), navigationPreload?.enable()]));
});

self.addEventListener("fetch", (event) => {
  const { method, url, headers, mode } = event.request;
  const strategy = strategyFor(url, root);
  if (!strategy || method !== "GET") return;
  const range = headers.get("Range");
  if (range !== null) {
    // A partial response cannot be cached; and a part of a cached file fits only if the file never changes.
    if (strategy === "cacheFirst") event.respondWith(respondWithRange(event.request, range, cache));
    return;
  }
  const response = respond(event, strategy, cache, self);
  event.respondWith(response);
  if (mode === "navigate") event.waitUntil(response.then(revalidate));
});

self.addEventListener("message", (event) => {
  const { data } = event;
  const work = data.type === "prepare" ? cache.prepare() : cache.addPage(data.urls).then(revalidate);
  event.waitUntil(work.catch(unreachable));
});

/** Brings the cache up to date. If the site is gone, the reader is to see what its host has in its place. */
async function revalidate(): Promise<void> {
  const isOnlyPage = async () => (await self.clients.matchAll({ type: "window" })).length < 2;
  const isThere = await cache.revalidate(isOnlyPage).catch(unreachable);
  if (isThere !== false) return;
  await cache.delete();
  await self.registration.unregister();
}

/** Offline, everything stays as it is until the next page is opened. */
const unreachable = (reason: unknown): void => { console.info(`The site could not be reached: ${String(reason)}`); };

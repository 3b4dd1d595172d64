/** The service worker of a site: its pages can be opened without a network, and are cross-origin isolated. Without it they do without that. */
import { respond, respondWithRange } from "./strategies";
import { SiteCache } from "./site-cache";
import { strategyFor } from "./routes";
import type { ServiceWorkerScope } from "./types";

declare const self: ServiceWorkerScope;

const root = self.registration.scope;
const kept = new SiteCache(root);

self.addEventListener("install", (event) => { event.waitUntil(self.skipWaiting()); });

self.addEventListener("activate", (event) => {
  const { navigationPreload } = self.registration as { readonly navigationPreload?: NavigationPreloadManager };
  event.waitUntil(Promise.all([self.clients.claim(), navigationPreload?.enable()]));
});

self.addEventListener("fetch", (event) => {
  const { method, url, headers, mode } = event.request;
  const way = strategyFor(url, root);
  if (!way || method !== "GET") return;
  const range = headers.get("Range");
  if (range !== null) {
    // A part of a file (of a video, say) is no file that could be kept, and may be of another than the one that is.
    if (way === "named") event.respondWith(respondWithRange(event.request, range, kept));
    return;
  }
  const answering = respond(event, way, kept, self);
  event.respondWith(answering);
  if (mode === "navigate") event.waitUntil(answering.then(follow));
});

self.addEventListener("message", (event) => {
  const { data } = event;
  const work = data.type === "prepare" ? kept.prepare() : kept.addPage(data.urls).then(follow);
  event.waitUntil(work.catch(unreachable));
});

/** Where the site is gone, its host has something else at its place, or nothing, and that is what is to be seen. */
async function follow(): Promise<void> {
  const isAlone = async () => (await self.clients.matchAll({ type: "window" })).length < 2;
  const isThere = await kept.revalidate(isAlone).catch(unreachable);
  if (isThere !== false) return;
  await kept.delete();
  await self.registration.unregister();
}

/** Without a network all stays as it is, until the next page is opened. */
const unreachable = (reason: unknown): void => { console.info(`The site could not be reached: ${String(reason)}`); };

/** Registers a site's service worker and talks to it; a browser without service workers only loses offline use. */
import type { FromServiceWorker, ToServiceWorker } from "./serviceworker/messages";

let registering: Promise<ServiceWorker | null> | undefined;

/** The active service worker of the site whose root is at that URL; null where there can be none. */
export function serviceWorker(root: string): Promise<ServiceWorker | null> {
  return (registering ??= register(root).catch((reason: unknown) => {
    console.info(`This site is not available offline: ${String(reason)}`);
    return null;
  }));
}

async function register(root: string): Promise<ServiceWorker | null> {
  // Only secure pages have service workers, whatever TypeScript's library says.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return null;
  const { active, waiting, installing } = await workers.register(`${root}service-worker.js`, { updateViaCache: "none" });
  const next = installing ?? waiting;
  return active ?? (next && activated(next));
}

function activated(worker: ServiceWorker): Promise<ServiceWorker> {
  return new Promise((resolve, reject) => {
    worker.onstatechange = () => {
      if (worker.state === "activated") resolve(worker);
      if (worker.state === "redundant") reject(new Error("its service worker could not be installed"));
    };
  });
}

/** Caches the page and all it has loaded; "prepare" also prefetches everything that notebooks need to run. */
export async function cachePage(root: string, mode: "read" | "prepare"): Promise<void> {
  const worker = await serviceWorker(root);
  const send = (message: ToServiceWorker) => { worker?.postMessage(message); };
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  send({ type: "cache", urls: [window.location.href, ...loaded] });
  if (mode === "prepare" && !savesData()) send({ type: "prepare" });
}

/** https://developer.mozilla.org/docs/Web/API/NetworkInformation/saveData */
const savesData = (): boolean => (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true;

/** Calls back once when the site has been updated since the page was loaded. */
export async function watchSite(root: string, onUpdate: () => void): Promise<void> {
  let isReported = false;
  const report = (): void => {
    if (!isReported) onUpdate();
    isReported = true;
  };
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  // Our service worker sends one kind of message only.
  workers?.addEventListener("message", (_: MessageEvent<FromServiceWorker>) => { report(); });
  const loaded = await siteVersion(root);
  const check = async (): Promise<void> => {
    const current = await siteVersion(root);
    if (current !== null && loaded !== null && current !== loaded) report();
  };
  window.addEventListener("online", () => void check());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") void check(); });
}

/** The site's current version, which `wasmnb/site/files.py` writes; null where it cannot be fetched. */
async function siteVersion(root: string): Promise<string | null> {
  const response = await fetch(`${root}version.json`, { cache: "no-cache" }).catch(() => null);
  return response?.ok ? response.text() : null;
}

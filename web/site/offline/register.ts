/** A site's pages can be opened again without a network, where the browser has service workers; where not, they do without that. */
import type { FromServiceWorker, ToServiceWorker } from "./serviceworker/messages";

let registering: Promise<ServiceWorker | null> | undefined;

/** The service worker of the site whose root is at that address, when it is at work; null where there can be none. */
export function serviceWorker(root: string): Promise<ServiceWorker | null> {
  return (registering ??= registered(root).catch((reason: unknown) => {
    console.info(`This site will not be there without a network: ${String(reason)}`);
    return null;
  }));
}

async function registered(root: string): Promise<ServiceWorker | null> {
  // Browsers offer them to secure pages only, whatever TypeScript's library says.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return null;
  const { active, waiting, installing } = await workers.register(`${root}service-worker.js`, { updateViaCache: "none" });
  const coming = installing ?? waiting;
  return active ?? (coming && activated(coming));
}

function activated(worker: ServiceWorker): Promise<ServiceWorker> {
  return new Promise((resolve, reject) => {
    worker.onstatechange = () => {
      if (worker.state === "activated") resolve(worker);
      if (worker.state === "redundant") reject(new Error("its service worker could not be installed"));
    };
  });
}

/** Keeps the page as it was loaded; "prepare" keeps besides what notebooks need to run. */
export async function cachePage(root: string, how: "read" | "prepare"): Promise<void> {
  const worker = await serviceWorker(root);
  const send = (message: ToServiceWorker) => { worker?.postMessage(message); };
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  send({ type: "keep", urls: [window.location.href, ...loaded] });
  if (how === "prepare" && !savesData()) send({ type: "prepare" });
}

/** https://developer.mozilla.org/docs/Web/API/NetworkInformation/saveData */
const savesData = (): boolean => (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true;

/** Tells, once, when the site has been published anew since the page was loaded. */
export async function watchSite(root: string, tell: () => void): Promise<void> {
  let isTold = false;
  const told = (): void => {
    if (!isTold) tell();
    isTold = true;
  };
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  // Ours sends one thing only.
  workers?.addEventListener("message", (_: MessageEvent<FromServiceWorker>) => { told(); });
  const mine = await version(root);
  const look = async (): Promise<void> => {
    const theirs = await version(root);
    if (theirs !== null && mine !== null && theirs !== mine) told();
  };
  window.addEventListener("online", () => void look());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") void look(); });
}

/** The version of the site now, which `wasmnb/site/files.py` writes; null where it cannot be had. */
async function version(root: string): Promise<string | null> {
  const response = await fetch(`${root}version.json`, { cache: "no-cache" }).catch(() => null);
  return response?.ok ? response.text() : null;
}

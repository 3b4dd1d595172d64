/** A page whose host does not make it cross-origin isolated is so once the service worker brings it: it is loaded again, once, before anything begins. */
import { serviceWorker } from "./register";
import { tabStorage } from "../page";

const TRIED = "wasmnb:isolation-tried";
/** Milliseconds; without isolation only the interrupt of busy code is missing, for which nobody should wait long. */
const PATIENCE = 3000;

/** Returns where the page is as isolated as it can be; else it is loaded again, after `before`. */
export async function isolate(root: string, before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const storage = tabStorage();
  if (!storage || !mayHelp(storage)) return;
  if (!(await Promise.race([serviceWorker(root), patience()]))) return;
  storage.setItem(TRIED, "true");
  await before();
  window.location.reload();
  await new Promise(() => undefined);
}

function mayHelp(storage: Storage): boolean {
  if (window.crossOriginIsolated) {
    storage.removeItem(TRIED);
    return false;
  }
  // A frame is isolated only where the page around it is.
  return window.top === window && storage.getItem(TRIED) === null;
}

const patience = (): Promise<null> => new Promise((resolve) => { setTimeout(() => { resolve(null); }, PATIENCE); });

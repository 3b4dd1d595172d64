/**
 * Cross-origin isolation on hosts that do not send its headers: the service worker adds them, so the page reloads once after
 * the service worker is active. Python needs isolation for shared memory, through which running code is interrupted.
 */
import { serviceWorker } from "./register";
import { tabStorage } from "../page";

const TRIED = "wasmnb:isolation-tried";
/** Without isolation, only busy code cannot be interrupted: that is not worth a longer wait. */
const TIMEOUT_MS = 3000;

/** Returns if the page is isolated, or cannot be; otherwise reloads the page, after `beforeReload`. */
export async function isolate(root: string, beforeReload: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const storage = tabStorage();
  if (!storage || !mayHelp(storage)) return;
  if (!(await Promise.race([serviceWorker(root), timeout()]))) return;
  storage.setItem(TRIED, "true");
  await beforeReload();
  window.location.reload();
  await new Promise(() => undefined);
}

function mayHelp(storage: Storage): boolean {
  if (window.crossOriginIsolated) {
    storage.removeItem(TRIED);
    return false;
  }
  // A frame is isolated only if its parent page is.
  return window.top === window && storage.getItem(TRIED) === null;
}

const timeout = (): Promise<null> => new Promise((resolve) => { setTimeout(() => { resolve(null); }, TIMEOUT_MS); });

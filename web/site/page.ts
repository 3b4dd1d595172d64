/** Facts about a site's plain page, available without JupyterLab. */
import { whenIdle } from "../utils/idle";

/** The URL of the site's root, from the running script, which is in its folder `static`. */
export function rootOf(script: HTMLOrSVGScriptElement | null): string {
  return new URL("../", script instanceof HTMLScriptElement ? script.src : window.location.href).href;
}

/** Calls `work` when the page has loaded and the browser is idle. */
export function afterLoading(work: () => void): void {
  if (document.readyState === "complete") whenIdle(work);
  else window.addEventListener("load", () => { whenIdle(work); }, { once: true });
}

/** The session storage; null where the browser denies it. */
export function tabStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

const notebook = (): HTMLElement | null => document.querySelector<HTMLElement>("main.notebook");

/** Whether local changes are to be ignored: with `?fresh=1`. */
export const isFresh = (): boolean => new URLSearchParams(window.location.search).get("fresh") === "1";

/** The path of the page's notebook. */
export const notebookOf = (): string => notebook()?.dataset.path ?? "";

/** Changes the path of the page's notebook. */
export function setNotebook(path: string): void {
  const main = notebook();
  if (main) main.dataset.path = path;
}

/** What a site's plain page knows of itself. */
import { whenIdle } from "../utils/idle";

/** The address of the site's root, from the script in its folder `static` that is being run. */
export function rootOf(script: HTMLOrSVGScriptElement | null): string {
  return new URL("../", script instanceof HTMLScriptElement ? script.src : window.location.href).href;
}

/** Does it when the page is there, and the browser has nothing else to do. */
export function afterLoading(work: () => void): void {
  if (document.readyState === "complete") whenIdle(work);
  else window.addEventListener("load", () => { whenIdle(work); }, { once: true });
}

/** What lasts as long as the tab; null where the browser gives a page none. */
export function tabStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

const notebook = (): HTMLElement | null => document.querySelector<HTMLElement>("main.notebook");

/** Whether the site is wanted as it was published: with `?fresh=1`. */
export const isFresh = (): boolean => new URLSearchParams(window.location.search).get("fresh") === "1";

/** The path of the notebook that the page is of. */
export const notebookOf = (): string => notebook()?.dataset.path ?? "";

/** Makes it the page of another notebook. */
export function setNotebook(path: string): void {
  const main = notebook();
  if (main) main.dataset.path = path;
}

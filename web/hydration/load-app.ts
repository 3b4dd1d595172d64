/** Lazy-loads JupyterLab's notebook into a static page, and hydrates the page with it. */
import { runEarly, settled } from "./run-early";
import type { ActionQueue } from "./actions";

/** `assets` lists JupyterLab's files in `data-styles` and `data-scripts` (`wasmnb/site/pages.py`), each loaded from `urlOf(file)`. */
export async function loadApp(assets: HTMLElement, main: HTMLElement, queue: ActionQueue, urlOf?: UrlOf): Promise<void> {
  window.wasmnbLazyKernel = !queue.needsPython;
  if (queue.needsPython) {
    if (!urlOf) preload(assets);
    await settled(runEarly(main, queue), queue);
  }
  await loadNotebook(assets, urlOf);
  await window.wasmnbHydrate?.(queue.all);
}

type UrlOf = (file: string) => string;

/** Loads the style sheets, then the scripts, and runs them. */
export async function loadNotebook(assets: HTMLElement, urlOf: UrlOf = unchanged): Promise<void> {
  await load(listed(assets, "styles"), (file) => Object.assign(document.createElement("link"), { rel: "stylesheet", href: urlOf(file) }));
  await load(listed(assets, "scripts"), (file) => Object.assign(document.createElement("script"), { src: urlOf(file), async: false }));
}

function preload(assets: HTMLElement): void {
  const links = (kind: "styles" | "scripts", as: string) => listed(assets, kind).map((href) => Object.assign(document.createElement("link"), { rel: "preload", as, href }));
  document.head.append(...links("styles", "style"), ...links("scripts", "script"));
}

const unchanged: UrlOf = (file) => file;

const listed = (assets: HTMLElement, kind: "styles" | "scripts"): readonly string[] => (assets.dataset[kind] ?? "").split(" ").filter(Boolean);

async function load(files: readonly string[], elementFor: (file: string) => HTMLElement): Promise<void> {
  await Promise.all(files.map(async (file) => {
    const element = elementFor(file);
    const loaded = new Promise((resolve, reject) => {
      element.onload = resolve;
      element.onerror = () => { reject(new Error(`${file} could not be fetched. Check the connection, then try again.`)); };
    });
    document.head.append(element);
    await loaded;
  }));
}

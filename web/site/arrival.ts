/** JupyterLab's notebook comes into a plain page, when it is wanted there. */
import type { Wish } from "./wish";

/** `place` names the files of JupyterLab's notebook, which `wasmnb/reading.py` writes; they are loaded from `address`. */
export async function arrive(place: HTMLElement, wishes: readonly Wish[], address = (file: string): string => file): Promise<void> {
  const named = (kind: "early" | "styles" | "scripts"): readonly string[] => (place.dataset[kind] ?? "").split(" ").filter(Boolean);
  const style = (file: string): HTMLElement => Object.assign(document.createElement("link"), { rel: "stylesheet", href: address(file) });
  const script = (file: string): HTMLElement => Object.assign(document.createElement("script"), { src: address(file), async: false });
  window.wasmnbWaits = wishes.every(({ what }) => what === "look" || what === "share");
  if (!window.wasmnbWaits) load(named("early"), script).catch(() => undefined); // the notebook starts its kernel by itself then
  await load(named("styles"), style);
  await load(named("scripts"), script);
  await window.takePlace?.(wishes);
}

async function load(files: readonly string[], element: (file: string) => HTMLElement): Promise<void> {
  await Promise.all(files.map(async (file) => {
    const loading = element(file);
    const loaded = new Promise((resolve, reject) => {
      loading.onload = resolve;
      loading.onerror = () => { reject(new Error(`${file} could not be fetched.`)); };
    });
    document.head.append(loading);
    await loaded;
  }));
}

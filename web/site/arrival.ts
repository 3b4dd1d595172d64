/** JupyterLab's notebook comes into a plain page, when it is wanted there. */
import type { Wish } from "./wish";

/** `place` names the files of JupyterLab's notebook; `wasmnb/reading.py` writes it. */
export async function arrive(place: HTMLElement, wish: Wish): Promise<void> {
  const carried = (kind: "early" | "styles" | "scripts"): readonly string[] => (place.dataset[kind] ?? "").split(" ").filter(Boolean);
  load(carried("early"), script).catch(() => undefined); // the notebook starts its kernel by itself then
  await load(carried("styles"), style);
  await load(carried("scripts"), script);
  await window.takePlace?.(wish);
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

const style = (href: string): HTMLElement => Object.assign(document.createElement("link"), { rel: "stylesheet", href });
const script = (src: string): HTMLElement => Object.assign(document.createElement("script"), { src, async: false });

/** JupyterLab's notebook comes into a plain page, when it is wanted there. */
import type { Wish } from "./wish";

/** `place` names the files of JupyterLab's notebook, which `wasmnb/reading.py` writes; they are loaded from `address`. */
export async function arrive(place: HTMLElement, wishes: readonly Wish[], address?: Address): Promise<void> {
  window.wasmnbWaits = wishes.every(({ what }) => what === "look" || what === "share");
  if (!window.wasmnbWaits) run(place, "early", address).catch(() => undefined); // the notebook starts its kernel by itself then
  await fetchNotebook(place, address);
  await window.takePlace?.(wishes);
}

type Address = (file: string) => string;

/** Fetches what that place names, and runs it. */
export async function fetchNotebook(place: HTMLElement, address: Address = asItIs): Promise<void> {
  const style = (file: string): HTMLElement => Object.assign(document.createElement("link"), { rel: "stylesheet", href: address(file) });
  await load(named(place, "styles"), style);
  await run(place, "scripts", address);
}

const asItIs: Address = (file) => file;

function run(place: HTMLElement, kind: "early" | "scripts", address: Address = asItIs): Promise<void> {
  return load(named(place, kind), (file) => Object.assign(document.createElement("script"), { src: address(file), async: false }));
}

const named = (place: HTMLElement, kind: "early" | "styles" | "scripts"): readonly string[] => (place.dataset[kind] ?? "").split(" ").filter(Boolean);

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

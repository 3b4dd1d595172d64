/** JupyterLab's notebook comes into a plain page, when it is wanted there. */
import { follow, ran } from "./run-early";
import type { Wishes } from "./actions";

/** `place` names the files of JupyterLab's notebook, which `wasmnb/site/pages.py` writes; they are loaded from `address`. */
export async function arrive(place: HTMLElement, main: HTMLElement, wishes: Wishes, address?: Address): Promise<void> {
  window.wasmnbWaits = !wishes.takesPython;
  if (wishes.takesPython) {
    if (!address) preload(place);
    await ran(follow(main, wishes), wishes);
  }
  await fetchNotebook(place, address);
  await window.takePlace?.(wishes.all);
}

type Address = (file: string) => string;

/** Fetches what that place names, and runs it. */
export async function fetchNotebook(place: HTMLElement, address: Address = asItIs): Promise<void> {
  await load(named(place, "styles"), (file) => Object.assign(document.createElement("link"), { rel: "stylesheet", href: address(file) }));
  await load(named(place, "scripts"), (file) => Object.assign(document.createElement("script"), { src: address(file), async: false }));
}

/** Fetches it beforehand. */
function preload(place: HTMLElement): void {
  const links = (kind: "styles" | "scripts", as: string) => named(place, kind).map((href) => Object.assign(document.createElement("link"), { rel: "preload", as, href }));
  document.head.append(...links("styles", "style"), ...links("scripts", "script"));
}

const asItIs: Address = (file) => file;

const named = (place: HTMLElement, kind: "styles" | "scripts"): readonly string[] => (place.dataset[kind] ?? "").split(" ").filter(Boolean);

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

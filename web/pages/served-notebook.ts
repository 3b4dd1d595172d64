/** A notebook of a server can be read and written before JupyterLab's notebook is there, which takes its place as soon as it can. */
import "../style/preview.css";

import { prefixOf, settingsName } from "../server/store";
import { fetchNotebook } from "../hydration/load-app";
import { drafts } from "../hydration/draft-editor";
import { makeWritable } from "../hydration/controls";
import type { Wishes } from "../hydration/actions";
import { follow, ran } from "../hydration/run-early";

const AHEAD = "wasmnb-ahead";
const BEGINNING = 150; // milliseconds for a reader to begin
const PAUSE = 100; // milliseconds without a click or a key
const MOST = 1000; // milliseconds that one who does not pause is left alone

async function giveWay(main: HTMLElement, wishes: Wishes): Promise<void> {
  const following = follow(main, wishes);
  const isElsewhere = window.location.hash !== ""; // at a heading, which JupyterLab finds, unless its reader does something first
  if (!isElsewhere) await pause();
  await ran(following, wishes);
  await fetchNotebook(main);
  try {
    if (!isElsewhere || wishes.all.length > 1) await window.takePlace?.(wishes.all);
  } catch (error) {
    // JupyterLab shows what it could not open, but nothing that was written may get lost.
    if (drafts().some(({ text, published }) => text !== published)) throw error;
  }
  remove(main);
}

/** Until the reader does nothing: to start JupyterLab keeps the page busy for a while. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ACTS) document.removeEventListener(event, again, true);
      clearTimeout(last);
      resolve();
    };
    const again = (): void => {
      clearTimeout(next);
      next = setTimeout(done, PAUSE);
    };
    let next = setTimeout(done, BEGINNING);
    const last = setTimeout(done, MOST);
    for (const event of ACTS) document.addEventListener(event, again, true);
  });
}

const ACTS = ["pointerdown", "pointerup", "keydown", "keyup"] as const;

function remove(main: HTMLElement): void {
  main.remove();
  document.body.classList.remove(AHEAD);
  document.body.classList.add("jp-ThemedContainer");
}

/** Whether JupyterLab's theme is dark, by what it will read itself. */
function isDark(): boolean {
  const set = window.localStorage.getItem(prefixOf(new URL("/", document.baseURI).href) + settingsName("@jupyterlab/apputils-extension:themes")) ?? "";
  const isAdaptive = /\badaptive-theme\W+true/.test(set);
  return isAdaptive ? window.matchMedia("(prefers-color-scheme: dark)").matches : /(?<![-\w])theme\W+JupyterLab Dark/.test(set);
}

const main = document.querySelector<HTMLElement>("main.notebook");
if (main) {
  document.body.classList.toggle("wasmnb-dark", isDark());
  const wish = makeWritable(main, (wishes) => giveWay(main, wishes));
  wish({ what: "look" });
}

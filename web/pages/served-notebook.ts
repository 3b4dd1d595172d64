/** The script of a served notebook's preview: a notebook that can be read, edited and run until JupyterLab has loaded and replaces it. */
import "../style/preview.css";

import { prefixOf, settingsName } from "../server/store";
import { loadNotebook } from "../hydration/load-app";
import { drafts } from "../hydration/draft-editor";
import { makeEditable } from "../hydration/controls";
import type { ActionQueue } from "../hydration/actions";
import { runEarly, settled } from "../hydration/run-early";

const PREVIEW = "wasmnb-preview";
const FIRST_INPUT_MS = 150; // for the reader to begin
const PAUSE_MS = 100; // without a click or a key
const MAX_DELAY_MS = 1000; // for a reader who does not pause

async function hydrate(main: HTMLElement, queue: ActionQueue): Promise<void> {
  const starting = runEarly(main, queue);
  const hasAnchor = window.location.hash !== ""; // JupyterLab scrolls to that heading, unless the reader does something first
  if (!hasAnchor) await untilPause();
  await settled(starting, queue);
  await loadNotebook(main);
  try {
    if (!hasAnchor || queue.all.length > 1) await window.wasmnbHydrate?.(queue.all);
  } catch (error) {
    // JupyterLab shows what it could not open, but no draft may get lost.
    if (drafts().some(({ text, published }) => text !== published)) throw error;
  }
  remove(main);
}

/** Waits until the reader pauses, with a time-out: starting JupyterLab keeps the page busy for a while. */
function untilPause(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of INPUT_EVENTS) document.removeEventListener(event, restart, true);
      clearTimeout(timeout);
      resolve();
    };
    const restart = (): void => {
      clearTimeout(pause);
      pause = setTimeout(done, PAUSE_MS);
    };
    let pause = setTimeout(done, FIRST_INPUT_MS);
    const timeout = setTimeout(done, MAX_DELAY_MS);
    for (const event of INPUT_EVENTS) document.addEventListener(event, restart, true);
  });
}

const INPUT_EVENTS = ["pointerdown", "pointerup", "keydown", "keyup"] as const;

function remove(main: HTMLElement): void {
  main.remove();
  document.body.classList.remove(PREVIEW);
  document.body.classList.add("jp-ThemedContainer");
}

/** Whether JupyterLab's theme will be dark, read from its stored settings. */
function isDark(): boolean {
  const settings = window.localStorage.getItem(prefixOf(new URL("/", document.baseURI).href) + settingsName("@jupyterlab/apputils-extension:themes")) ?? "";
  const isAdaptive = /\badaptive-theme\W+true/.test(settings);
  return isAdaptive ? window.matchMedia("(prefers-color-scheme: dark)").matches : /(?<![-\w])theme\W+JupyterLab Dark/.test(settings);
}

const main = document.querySelector<HTMLElement>("main.notebook");
if (main) {
  document.body.classList.toggle("wasmnb-dark", isDark());
  const dispatch = makeEditable(main, (queue) => hydrate(main, queue));
  dispatch({ type: "show" });
}

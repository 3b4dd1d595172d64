/** A notebook's page in a site: it is there to be read; to run it, JupyterLab's notebook takes its place. */
import "../style/reading.css";

import { arrive } from "./arrival";
import { embed, isEmbedded } from "./embed";
import { isolate } from "./isolation";
import { tellNews } from "./news";
import { keepPage } from "./offline";
import { leave, left } from "./left";
import { afterLoading, rootOf } from "./page";
import type { Wish } from "./wish";
import { tellYours } from "./yours";

const root = rootOf(document.currentScript);

/** The notebook takes long enough to arrive for a second click. */
let isWished = false;

async function grant(wish: Wish, place: HTMLElement, status: HTMLElement): Promise<void> {
  if (isWished) return;
  isWished = true;
  status.textContent = "Starting…";
  try {
    await isolate(root, () => { leave(wish); });
    await arrive(place, wish);
    status.textContent = "";
    await keepPage(root, "prepare");
  } catch (error) {
    isWished = false;
    status.textContent = `The notebook could not be started: ${String(error)}`;
  }
}

function button(label: string, title: string, press: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.title = title;
  button.onclick = press;
  return button;
}

/** Gives every cell of code its button and its keys, as in JupyterLab. */
function makeRunnable(cell: HTMLElement, wish: (wish: Wish) => void): void {
  const number = Number(cell.dataset.cell);
  const run = () => { wish({ what: "run", cell: number }); };
  const goOn = () => { wish({ what: "run and go on", cell: number }); };
  const edit = () => { wish({ what: "edit", cell: number }); };
  cell.querySelector(".input")?.append(button("▶", "Run this cell (Ctrl+Enter)", run));
  cell.tabIndex = 0;
  cell.addEventListener("dblclick", edit);
  cell.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== cell) return;
    event.preventDefault();
    if (event.shiftKey) goOn();
    else if (event.ctrlKey || event.metaKey) run();
    else edit();
  });
}

if (isEmbedded()) embed();
const place = document.querySelector<HTMLElement>(".banner .run");
if (place) {
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  const wish = (wish: Wish) => void grant(wish, place, status);
  place.append(status, button("Run all", "Run all cells, in this page", () => { wish({ what: "run all" }); }));
  place.hidden = false;
  for (const cell of document.querySelectorAll<HTMLElement>(".code-cell")) makeRunnable(cell, wish);
  const before = left();
  if (before) wish(before);
}

const banner = document.querySelector<HTMLElement>(".banner");
if (banner) afterLoading(() => { void keepPage(root, "read"); void tellNews(root, banner); void tellYours(root, banner); });

/** A notebook's page that comes alone, as one file: all that runs the notebook is in it. */
import "../localstorage";
import "../style/reading.css";

import { arrive } from "./arrival";
import { heldAt, unpack } from "./embedded";
import { notebookOf } from "./page";
import { makeRunnable } from "./runnable";

const place = document.querySelector<HTMLElement>(".banner .run");
const main = document.querySelector<HTMLElement>("main.notebook");
const notebook = document.querySelector<HTMLAnchorElement>(".banner a[download]");
if (place && main && notebook) {
  makeRunnable(place, async (wishes) => {
    await unpack();
    const bytes = new Uint8Array(await (await fetch(notebook.href)).arrayBuffer());
    window.wasmnbCarried = { name: notebookOf(), bytes, trusted: true };
    await arrive(place, main, wishes, heldAt);
    place.prepend("Your changes last as long as this tab; Download takes them along.");
  });
}

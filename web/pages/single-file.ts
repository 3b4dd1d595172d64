/** A notebook's page that comes alone, as one file: all that runs the notebook is in it. */
import "../utils/storage-fallback";
import "../style/published.css";

import { arrive } from "../hydration/load-app";
import { heldAt, unpack } from "../site/embedded-files";
import { notebookOf } from "../site/page";
import { makeRunnable } from "../hydration/controls";

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

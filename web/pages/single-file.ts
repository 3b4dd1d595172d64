/** The script of a notebook that is published as a single file: everything that runs it is embedded in the page. */
import "../utils/storage-fallback";
import "../style/published.css";

import { loadApp } from "../hydration/load-app";
import { embeddedUrl, unpackEmbedded } from "../site/embedded-files";
import { notebookOf } from "../site/page";
import { makeRunnable } from "../hydration/controls";

const controls = document.querySelector<HTMLElement>(".banner .run");
const main = document.querySelector<HTMLElement>("main.notebook");
const download = document.querySelector<HTMLAnchorElement>(".banner a[download]");
if (controls && main && download) {
  makeRunnable(controls, async (queue) => {
    await unpackEmbedded();
    const bytes = new Uint8Array(await (await fetch(download.href)).arrayBuffer());
    window.wasmnbNotebook = { name: notebookOf(), bytes, trusted: true };
    await loadApp(controls, main, queue, embeddedUrl);
    controls.prepend("Changes are lost when you close this tab; use Download to save them.");
  });
}

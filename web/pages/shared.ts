/** The script of a site's page for shared links: it opens the notebook that the link contains. */
import "../utils/storage-fallback";
import "../style/published.css";

import { loadApp } from "../hydration/load-app";
import { DamagedLink, notebookInLink } from "../site/files/share-link";
import { isolate } from "../site/offline/cross-origin-isolation";
import { cachePage } from "../site/offline/register";
import { notebookOf, rootOf } from "../site/page";
import { ActionQueue } from "../hydration/actions";

const root = rootOf(document.currentScript);

async function show(controls: HTMLElement, main: HTMLElement): Promise<void> {
  try {
    const notebook = await notebookInLink(window.location.hash);
    document.title = notebook.name;
    main.textContent = `Opening ${notebook.name}…`;
    await isolate(root);
    window.wasmnbNotebook = notebook;
    const queue = new ActionQueue();
    queue.add({ type: "show" });
    await loadApp(controls, main, queue);
    controls.prepend(`${notebookOf()} was shared with you as a link. Nothing runs until you run it. Save it to keep a copy in this browser.`);
    controls.hidden = false;
    await cachePage(root, "read");
  } catch (error) {
    main.textContent = error instanceof DamagedLink ? error.message : `The notebook could not be shown: ${String(error)} Reload the page to try again.`;
  }
}

// A browser does not reload the page when another link is opened in this tab.
window.addEventListener("hashchange", () => { if (window.location.hash.startsWith("#notebook=")) window.location.reload(); });

const controls = document.querySelector<HTMLElement>(".banner .run");
const main = document.querySelector<HTMLElement>("main.notebook");
if (controls && main) void show(controls, main);

/** The page of a site that shows a notebook which its link carries. */
import "../utils/storage-fallback";
import "../style/published.css";

import { arrive } from "../hydration/load-app";
import { carriedBy, Damaged } from "../site/files/share-link";
import { isolate } from "../site/offline/cross-origin-isolation";
import { keepPage } from "../site/offline/register";
import { notebookOf, rootOf } from "../site/page";
import { Wishes } from "../hydration/actions";

const root = rootOf(document.currentScript);

async function show(place: HTMLElement, main: HTMLElement): Promise<void> {
  try {
    const carried = await carriedBy(window.location.hash);
    document.title = carried.name;
    main.textContent = `${carried.name} is being opened…`;
    await isolate(root);
    window.wasmnbCarried = carried;
    const wishes = new Wishes();
    wishes.add({ what: "look" });
    await arrive(place, main, wishes);
    place.prepend(`${notebookOf()} came with a link; none of it runs until you run it. Save it to keep it.`);
    place.hidden = false;
    await keepPage(root, "read");
  } catch (error) {
    main.textContent = error instanceof Damaged ? error.message : `The notebook could not be shown: ${String(error)} Reload the page to try again.`;
  }
}

// Another link, which was opened in this tab, does not make a browser load the page again.
window.addEventListener("hashchange", () => { if (window.location.hash.startsWith("#notebook=")) window.location.reload(); });

const place = document.querySelector<HTMLElement>(".banner .run");
const main = document.querySelector<HTMLElement>("main.notebook");
if (place && main) void show(place, main);

/** A notebook's page in a site: it is there to be read; to run it, JupyterLab's notebook takes its place. */
import "../utils/storage-fallback";
import "../style/published.css";

import { arrive } from "../hydration/load-app";
import { embed, isEmbedded } from "../site/embed";
import { isolate } from "../site/offline/cross-origin-isolation";
import { tellNews } from "../site/offline/update-notice";
import { keepPage } from "../site/offline/register";
import { leave, left } from "../hydration/reload-state";
import { afterLoading, rootOf } from "../site/page";
import { makeRunnable } from "../hydration/controls";
import { tellYours } from "../site/local-copy-notice";

const root = rootOf(document.currentScript);
const LATER = 2000; // milliseconds in which what was wished has all there is of line and processor

if (isEmbedded()) embed();
const place = document.querySelector<HTMLElement>(".banner .run");
const banner = document.querySelector<HTMLElement>(".banner");
const main = document.querySelector<HTMLElement>("main.notebook");
if (place && banner && main) {
  const wish = makeRunnable(place, async (wishes) => {
    await isolate(root, () => leave(wishes));
    await arrive(place, main, wishes);
    setTimeout(() => { void keepPage(root, "prepare"); }, LATER);
  });
  for (const earlier of left()) wish(earlier);
  const open = (): void => { wish({ what: "look" }); };
  const share = (): void => { wish({ what: "share" }); };
  afterLoading(() => { void keepPage(root, "read"); void tellNews(root, banner); void tellYours(root, banner, open, share); });
}

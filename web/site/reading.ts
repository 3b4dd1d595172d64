/** A notebook's page in a site: it is there to be read; to run it, JupyterLab's notebook takes its place. */
import "../localstorage";
import "../style/reading.css";

import { arrive } from "./arrival";
import { embed, isEmbedded } from "./embed";
import { isolate } from "./isolation";
import { tellNews } from "./news";
import { keepPage } from "./offline";
import { leave, left } from "./left";
import { afterLoading, rootOf } from "./page";
import { makeRunnable } from "./runnable";
import { tellYours } from "./yours";

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

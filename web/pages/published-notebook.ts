/** The script of a published notebook's page: static HTML, hydrated by JupyterLab's notebook when the reader edits or runs a cell. */
import "../utils/storage-fallback";
import "../style/published.css";

import { loadApp } from "../hydration/load-app";
import { embed, isEmbedded } from "../site/embed";
import { isolate } from "../site/offline/cross-origin-isolation";
import { showUpdateNotice } from "../site/offline/update-notice";
import { cachePage } from "../site/offline/register";
import { restoreState, saveState } from "../hydration/reload-state";
import { afterLoading, rootOf } from "../site/page";
import { makeRunnable } from "../hydration/controls";
import { showLocalCopyNotice } from "../site/local-copy-notice";

const root = rootOf(document.currentScript);
const PREFETCH_DELAY_MS = 2000; // until then, the reader's actions have the network and the processor to themselves

if (isEmbedded()) embed();
const controls = document.querySelector<HTMLElement>(".banner .run");
const banner = document.querySelector<HTMLElement>(".banner");
const main = document.querySelector<HTMLElement>("main.notebook");
if (controls && banner && main) {
  const dispatch = makeRunnable(controls, async (queue) => {
    await isolate(root, () => saveState(queue));
    await loadApp(controls, main, queue);
    setTimeout(() => { void cachePage(root, "prepare"); }, PREFETCH_DELAY_MS);
  });
  for (const action of restoreState()) dispatch(action);
  const open = (): void => { dispatch({ type: "show" }); };
  const share = (): void => { dispatch({ type: "share" }); };
  afterLoading(() => { void cachePage(root, "read"); void showUpdateNotice(root, banner); void showLocalCopyNotice(root, banner, open, share); });
}

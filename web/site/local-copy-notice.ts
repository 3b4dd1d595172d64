/** A page that is read shows what is published; it says so where its reader has changed the notebook in this browser. */
import { plainButton } from "../utils/dom";
import { isEmbedded } from "./embed";
import { isFresh } from "./page";
import { openStore, databaseName } from "./files/indexeddb";

/** In `place`; `open` brings the reader's version, and `share` offers it to others. */
export async function showLocalCopyNotice(root: string, place: HTMLElement, open: () => void, share: () => void): Promise<void> {
  if (isFresh()) return;
  const { path = "", hash } = document.querySelector<HTMLElement>("main.notebook")?.dataset ?? {};
  const storage = await openStore(databaseName(root)).catch(() => null); // a browser that keeps nothing has nothing
  const copy = await storage?.get(path);
  if (copy?.kind !== "file") return;
  const line = document.createElement("p");
  line.className = "news";
  line.textContent = `You have changed this notebook in this browser${copy.base === hash ? "; this is the published one." : ", and it was published anew since; this is the new one."}`;
  line.append(" ", plainButton("Open Yours", "Go on with your version, in this page", open));
  if (!isEmbedded()) line.append(" ", plainButton("Share", "Share your version as a link", share));
  place.append(line);
}

/** The notice of a published page that this browser has a local copy of the notebook: the page itself shows the published version. */
import { plainButton } from "../utils/dom";
import { isEmbedded } from "./embed";
import { isFresh } from "./page";
import { databaseName, openStore } from "./files/indexeddb";

/** `open` opens the local copy in this page, and `share` offers it as a link. */
export async function showLocalCopyNotice(root: string, banner: HTMLElement, open: () => void, share: () => void): Promise<void> {
  if (isFresh()) return;
  const { path = "", hash } = document.querySelector<HTMLElement>("main.notebook")?.dataset ?? {};
  const store = await openStore(databaseName(root)).catch(() => null); // without IndexedDB there are no copies
  const copy = await store?.get(path);
  if (copy?.kind !== "file") return;
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent =
    copy.base === hash
      ? "You have changed this notebook in this browser. This page shows the published version."
      : "You have changed this notebook in this browser, and a new version was published since. This page shows the new version.";
  notice.append(" ", plainButton("Open My Version", "Open your version in this page", open));
  if (!isEmbedded()) notice.append(" ", plainButton("Share", "Share your version as a link", share));
  banner.append(notice);
}

/** A page that is read shows what is published; it says so where its reader has changed the notebook in this browser. */
import { button } from "./button";
import { browserStorage, nameOfStorage } from "./storage";

/** In `place`; `share` offers the reader's version to others. */
export async function tellYours(root: string, place: HTMLElement, share: () => void): Promise<void> {
  const { path = "", hash } = document.querySelector<HTMLElement>("main.notebook")?.dataset ?? {};
  const storage = await browserStorage(nameOfStorage(root)).catch(() => null); // a browser that keeps nothing has nothing
  const copy = await storage?.get(path);
  if (copy?.kind !== "file") return;
  const line = document.createElement("p");
  line.className = "news";
  line.textContent = `You have changed this notebook in this browser${copy.base === hash ? "; run or edit it to see yours." : ", and it was published anew since. Run or edit it to compare the two."}`;
  line.append(" ", button("Share", "Share your version as a link", share));
  place.append(line);
}

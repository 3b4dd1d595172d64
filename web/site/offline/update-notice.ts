/** A page that is read says when its site has been published anew, and shows the new one when it is told to. */
import { watchSite } from "./register";

export const UPDATED = "This site has been published anew.";

export function showUpdateNotice(root: string, place: HTMLElement): Promise<void> {
  return watchSite(root, () => {
    const line = document.createElement("p");
    line.className = "news";
    line.setAttribute("role", "status");
    const reload = document.createElement("button");
    reload.type = "button";
    reload.textContent = "Reload";
    reload.onclick = () => { window.location.reload(); };
    line.append(UPDATED, " ", reload);
    place.append(line);
  });
}

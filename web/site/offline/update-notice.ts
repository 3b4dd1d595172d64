/** The notice of a static page that the site has been updated since the page was loaded. */
import { watchSite } from "./register";
import { plainButton } from "../../utils/dom";

export const UPDATED = "This site has been updated.";

export function showUpdateNotice(root: string, banner: HTMLElement): Promise<void> {
  return watchSite(root, () => {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.setAttribute("role", "status");
    notice.append(UPDATED, " ", plainButton("Reload", "Load the new version of this page", () => { window.location.reload(); }));
    banner.append(notice);
  });
}

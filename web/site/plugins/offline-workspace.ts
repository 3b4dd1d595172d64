/** Caches the workspace of a site for offline use, and notifies when the site has been updated. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import { PageConfig } from "@jupyterlab/coreutils";
import { config } from "../../utils/pageconfig";
import { UPDATED } from "../offline/update-notice";
import { cachePage, watchSite } from "../offline/register";

export const offlineWorkspace: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:published",
  description: "Caches the workspace of a site, and notifies of updates.",
  autoStart: true,
  activate: ({ restored }: JupyterFrontEnd) => {
    if (!config().site) return;
    const root = PageConfig.getBaseUrl();
    const reload = { label: "Reload", callback: () => { window.location.reload(); } };
    void restored.then(() => cachePage(root, "prepare"));
    void watchSite(root, () => Notification.info(UPDATED, { autoClose: false, actions: [reload] }));
  },
};

/** The link of a page that hands out its notebook: as it is now, once its reader can change it. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";
import { nameOf } from "../../../kernels/paths";
import { config } from "../../utils/pageconfig";
import { download } from "../../utils/dom";
import { notebookBytes } from "../../server/content-codec";
import { notebookIn } from "./share";

export const downloadLink: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:handout",
  description: "Has the link of a site's page hand out the notebook as it is now.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker) => {
    if (!config().site) return;
    const link = document.querySelector<HTMLAnchorElement>(".banner a[download]");
    link?.addEventListener("click", (event) => {
      const { context } = notebooks.currentWidget ?? {};
      if (!context?.isReady) return; // it hands out the published one
      event.preventDefault();
      download(nameOf(context.path), notebookBytes(notebookIn(context)));
    });
  },
};

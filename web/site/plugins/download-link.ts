/** The download link of a notebook's page: it downloads the current state, once JupyterLab has opened the notebook. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";
import { nameOf } from "../../../kernels/paths";
import { config } from "../../utils/pageconfig";
import { download } from "../../utils/dom";
import { notebookBytes } from "../../server/content-codec";
import { notebookIn } from "./share";

export const downloadLink: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:handout",
  description: "Makes the download link of a page deliver the notebook's current state.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker) => {
    if (!config().site) return;
    const link = document.querySelector<HTMLAnchorElement>(".banner a[download]");
    link?.addEventListener("click", (event) => {
      const { context } = notebooks.currentWidget ?? {};
      if (!context?.isReady) return; // the browser downloads the published notebook
      event.preventDefault();
      download(nameOf(context.path), notebookBytes(notebookIn(context)));
    });
  },
};

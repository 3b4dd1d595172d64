/** What a page that comes alone does otherwise: its themes are in it, and its link hands out the notebook as it is now. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IThemeManager } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { config } from "../config";
import { download } from "../elements";
import { written } from "../server/files";
import { heldAt } from "./embedded";
import { notebookIn } from "./share";

export const alone: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:alone",
  description: "Makes up for what a page that comes alone has not beside it.",
  autoStart: true,
  requires: [IThemeManager, INotebookTracker],
  activate: (_: JupyterFrontEnd, themes: IThemeManager, notebooks: INotebookTracker) => {
    if (!config().site?.alone) return;
    const load = themes.loadCSS.bind(themes);
    themes.loadCSS = (path) => load(heldAt(URLExt.join(PageConfig.getOption("fullThemesUrl"), path)));
    const link = document.querySelector<HTMLAnchorElement>(".banner a[download]");
    link?.addEventListener("click", (event) => {
      const { context } = notebooks.currentWidget ?? {};
      if (!context) return; // it hands out the one that came with the page
      event.preventDefault();
      download(link.download, written(notebookIn(context)));
    });
  },
};

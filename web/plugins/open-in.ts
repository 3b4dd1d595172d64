/** Opens a notebook in the other view: JupyterLab or Notebook; on a site, JupyterLab or the notebook's page. */
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { launchIcon } from "@jupyterlab/ui-components";
import { config } from "../utils/pageconfig";

const COMMAND = "wasmnb:other-view";
const NOTEBOOK = { name: "Notebook", address: (path: string) => `notebooks/${path}` };
const PAGE = { name: "Published Page", address: (path: string) => `notebooks/${path.replace(/\.ipynb$/, ".html")}` };
const LAB = { name: "JupyterLab", address: (path: string) => `lab/tree/${path}` };

export const openIn: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:views",
  description: "Opens a notebook in the other view.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ILabShell, ICommandPalette],
  activate: ({ commands }: JupyterFrontEnd, notebooks: INotebookTracker, labShell: ILabShell | null, palette: ICommandPalette | null) => {
    const other = labShell ? (config().site ? PAGE : NOTEBOOK) : LAB;
    commands.addCommand(COMMAND, {
      label: `Open in ${other.name}`,
      icon: launchIcon,
      isEnabled: () => notebooks.currentWidget !== null,
      isVisible: () => config().site?.singleFile !== true,
      execute: async () => {
        const context = notebooks.currentWidget?.context;
        if (!context) return;
        // The other view opens the file, not this document.
        if (context.model.dirty) await context.save();
        window.open(URLExt.join(PageConfig.getBaseUrl(), URLExt.encodeParts(other.address(context.path))));
      },
    });
    palette?.addItem({ command: COMMAND, category: "View" });
  },
};

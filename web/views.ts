/** The way from JupyterLab's view of a notebook to Notebook's, and back. */
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { launchIcon } from "@jupyterlab/ui-components";

const COMMAND = "wasmnb:other-view";
const NOTEBOOK = { name: "Notebook", url: "notebooks" };
const LAB = { name: "JupyterLab", url: "lab/tree" };

export const views: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:views",
  description: "Opens a notebook in the other view.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ILabShell, ICommandPalette],
  activate: ({ commands }: JupyterFrontEnd, notebooks: INotebookTracker, labShell: ILabShell | null, palette: ICommandPalette | null) => {
    const other = labShell ? NOTEBOOK : LAB;
    commands.addCommand(COMMAND, {
      label: `Open in ${other.name}`,
      icon: launchIcon,
      isEnabled: () => notebooks.currentWidget !== null,
      execute: async () => {
        const context = notebooks.currentWidget?.context;
        if (!context) return;
        // What the other view opens is the file, not what this one has in memory.
        if (context.model.dirty) await context.save();
        window.open(URLExt.join(PageConfig.getBaseUrl(), other.url, URLExt.encodeParts(context.path)));
      },
    });
    palette?.addItem({ command: COMMAND, category: "View" });
  },
};

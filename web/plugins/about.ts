/** The About dialog, an entry in the Help menu. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, ICommandPalette, showDialog } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { Widget } from "@lumino/widgets";
import { config } from "../utils/pageconfig";

const COMMAND = "wasmnb:about";

function body(): Widget {
  const widget = new Widget();
  const text = document.createElement("p");
  text.textContent = "Jupyter notebooks that run Python in your browser. The interface is JupyterLab.";
  const licences = document.createElement("a");
  licences.href = URLExt.join(PageConfig.getOption("fullStaticUrl"), "third-party-licenses.txt");
  licences.target = "_blank";
  licences.textContent = "Licences of the software in this interface";
  widget.node.append(text, licences);
  return widget;
}

export const about: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:about",
  description: "Shows the About dialog.",
  autoStart: true,
  optional: [ICommandPalette],
  activate: ({ commands }: JupyterFrontEnd, palette: ICommandPalette | null) => {
    commands.addCommand(COMMAND, {
      label: "About wasmnb",
      execute: () => showDialog({ title: `wasmnb ${config().version}`, body: body(), buttons: [Dialog.okButton({ label: "Close" })] }),
    });
    palette?.addItem({ command: COMMAND, category: "Help" });
  },
};

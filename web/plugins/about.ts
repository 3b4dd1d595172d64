/** What this program is: an entry in the Help menu. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, ICommandPalette, showDialog } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { Widget } from "@lumino/widgets";
import { config } from "../utils/pageconfig";

const COMMAND = "wasmnb:about";

function body(): Widget {
  const widget = new Widget();
  const text = document.createElement("p");
  text.textContent = "Jupyter notebooks whose Python runs in this browser. The interface is JupyterLab's own.";
  const licences = document.createElement("a");
  licences.href = URLExt.join(PageConfig.getOption("fullStaticUrl"), "third-party-licenses.txt");
  licences.target = "_blank";
  licences.textContent = "Licences of the software that the interface contains";
  widget.node.append(text, licences);
  return widget;
}

export const about: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:about",
  description: "Tells what this program is.",
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

/** A change that the browser cannot keep is told to the reader, whoever made it: a program writes files without a dialog. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import { ISiteFiles, type SiteFilesOrNone } from "../../app/services";

export const keeping: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:keeping",
  description: "Tells what the browser could not keep.",
  autoStart: true,
  requires: [ISiteFiles],
  activate: (_: JupyterFrontEnd, { files }: SiteFilesOrNone) => {
    files?.failed.connect((_, sentence) => Notification.error(sentence, { autoClose: false }));
  },
};

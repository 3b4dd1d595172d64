/** Tells when the Jupyter Server beside us does not answer; what runs in this page goes on. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import type { PageServer } from "../server";
import { IPageServer } from "../server/token";

export const gatewayStatus: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:beside",
  description: "Tells when the Jupyter Server beside this page does not answer.",
  autoStart: true,
  requires: [IPageServer],
  activate: (_: JupyterFrontEnd, { gateway }: PageServer) => {
    gateway?.failed.connect((_, sentence) => { Notification.error(sentence, { autoClose: false }); });
  },
};

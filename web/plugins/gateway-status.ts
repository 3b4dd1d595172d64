/** Notifies when the upstream Jupyter Server does not answer; kernels of this page go on. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import type { PageServer } from "../server";
import { IPageServer } from "../server/token";

export const gatewayStatus: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:beside",
  description: "Notifies when the upstream Jupyter Server does not answer.",
  autoStart: true,
  requires: [IPageServer],
  activate: (_: JupyterFrontEnd, { gateway }: PageServer) => {
    gateway?.failed.connect((_, sentence) => { Notification.error(sentence, { autoClose: false }); });
  },
};

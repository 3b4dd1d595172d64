/** While a kernel starts, its document and the status bar show how far it has come; when it ends or does not stop, the document says so. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { ISessionContext, MainAreaWidget } from "@jupyterlab/apputils";
import { IConsoleTracker } from "@jupyterlab/console";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IStatusBar } from "@jupyterlab/statusbar";
import { Bar } from "./bar";
import { Ending } from "./ending";
import type { Kernels, PageKernel, PageServer } from "../server";
import { IPageServer } from "../app/services";

/** A notebook or a console. */
type Panel = MainAreaWidget & { readonly sessionContext: ISessionContext };

function follow({ contentHeader, sessionContext }: Panel, kernels: Kernels): void {
  let kernel: PageKernel | undefined;
  const bar = new Bar();
  const ending = new Ending({
    tryAgain: () => { if (kernel) void sessionContext.changeKernel({ name: kernel.kind.spec.name }); },
    restart: () => { void sessionContext.restartKernel(); },
  });
  contentHeader.addWidget(bar);
  contentHeader.addWidget(ending);

  const look = () => {
    const id = sessionContext.session?.kernel?.id;
    // JupyterLab lets go of a kernel that has ended; the document still has to say why.
    kernel = kernels.list().find((each) => each.id === id) ?? kernel;
    if (!kernel) return;
    bar.tell(kernel.news);
    ending.tell(kernel.news);
  };
  sessionContext.kernelChanged.connect(look);
  kernels.changed.connect(look);
  bar.disposed.connect(() => kernels.changed.disconnect(look));
}

export const progress: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:progress",
  description: "Shows in each document how far its kernel has come, and why it ended.",
  autoStart: true,
  requires: [IPageServer],
  optional: [INotebookTracker, IConsoleTracker],
  activate: (_: JupyterFrontEnd, { kernels }: PageServer, notebooks: INotebookTracker | null, consoles: IConsoleTracker | null) => {
    notebooks?.widgetAdded.connect((_, panel) => { follow(panel, kernels); });
    consoles?.widgetAdded.connect((_, panel) => { follow(panel, kernels); });
  },
};

export const statusOfStart: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:progress-status",
  description: "Shows in the status bar how far a kernel has come.",
  autoStart: true,
  requires: [IPageServer, IStatusBar],
  activate: (_: JupyterFrontEnd, { kernels }: PageServer, statusBar: IStatusBar) => {
    const item = new Bar();
    kernels.changed.connect((_, { news }) => { item.tell(news); });
    statusBar.registerStatusItem("wasmnb:progress", { item, align: "left", rank: 5, isActive: () => item.isNeeded });
  },
};

/** Lazy kernel start: a notebook that was opened only to be shown starts its kernel with the first cell that is run. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";

export const lazyKernel: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:waiting",
  description: "Starts the kernel with the first cell that is run.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker) => {
    if (!window.wasmnbLazyKernel) return;
    notebooks.widgetAdded.connect((_, { context: { sessionContext } }) => {
      const initialize = sessionContext.initialize.bind(sessionContext);
      sessionContext.initialize = () => {
        // The default kernel starts without a dialog when a cell is run, but not before.
        sessionContext.kernelPreference = { ...sessionContext.kernelPreference, shouldStart: false, autoStartDefault: true };
        return initialize();
      };
    });
  },
};

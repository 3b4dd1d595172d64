/** Who opens a page to read it waits for no Python: its notebook starts its kernel when something is run. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";

export const lazyKernel: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:waiting",
  description: "Starts the kernel of a notebook that is read when something is run.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker) => {
    if (!window.wasmnbLazyKernel) return;
    notebooks.widgetAdded.connect((_, { context: { sessionContext } }) => {
      const initialize = sessionContext.initialize.bind(sessionContext);
      sessionContext.initialize = () => {
        // It starts the default without asking when a cell is run, but not before.
        sessionContext.kernelPreference = { ...sessionContext.kernelPreference, shouldStart: false, autoStartDefault: true };
        return initialize();
      };
    });
  },
};

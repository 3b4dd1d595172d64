/** A notebook that names neither a kernel nor a language gets the one kernel that there is; who has several is asked, as in all of Jupyter. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";

export const onlyKernel: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:only-kernel",
  description: "Starts the only kernel there is for a notebook that names none.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: ({ serviceManager: { kernelspecs } }: JupyterFrontEnd, notebooks: INotebookTracker) => {
    notebooks.widgetAdded.connect((_, { context: { sessionContext } }) => {
      const initialize = sessionContext.initialize.bind(sessionContext);
      // The notebook has been read by then, and the kernels are known.
      sessionContext.initialize = () => {
        const { kernelPreference: preference } = sessionContext;
        const [name, ...others] = Object.keys(kernelspecs.specs?.kernelspecs ?? {});
        const isOnly = name !== undefined && others.length === 0;
        if (isOnly && !preference.name && !preference.language) sessionContext.kernelPreference = { ...preference, name };
        return initialize();
      };
    });
  },
};

/** A notebook of no language gets the one kernel that there is, also where it was made with another; who has several is asked, as in all of Jupyter. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";

export const onlyKernel: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:only-kernel",
  description: "Starts the only kernel there is for a notebook that names none of its language.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: ({ serviceManager: { kernelspecs } }: JupyterFrontEnd, notebooks: INotebookTracker) => {
    notebooks.widgetAdded.connect((_, { context: { model, sessionContext } }) => {
      const initialize = sessionContext.initialize.bind(sessionContext);
      // The notebook has been read by then, and the kernels are known.
      sessionContext.initialize = () => {
        const { kernelPreference: preference } = sessionContext;
        const [name, ...others] = Object.keys(kernelspecs.specs?.kernelspecs ?? {});
        // JupyterLab looks at `language_info` alone, which only a kernel writes.
        const { language: specified = "" } = (model.getMetadata("kernelspec") ?? {}) as { readonly language?: string };
        const language = preference.language === undefined || preference.language === "" ? specified : preference.language;
        const isOnly = name !== undefined && others.length === 0;
        sessionContext.kernelPreference = { ...preference, language, ...(isOnly && !language ? { name } : {}) };
        return initialize();
      };
    });
  },
};

/** A notebook goes on naming its own kernel while another one of its language runs it, until somebody chooses a kernel. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { INotebookMetadata } from "@jupyterlab/nbformat";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";

export const useOnlyKernel: JupyterFrontEndPlugin<void> = {
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

export const keepKernelspec: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:kernelspec",
  description: "Keeps in a notebook which kernel it was written for.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker) => {
    notebooks.widgetAdded.connect((_, panel) => void keep(panel));
  },
};

/** JupyterLab writes into a notebook which kernel it found for it, as soon as that is there. */
async function keep({ context }: NotebookPanel): Promise<void> {
  await context.ready;
  const { model, sessionContext } = context;
  const { kernelspec, language_info }: Partial<INotebookMetadata> = model.metadata;
  if (!kernelspec?.name) return; // JupyterLab gives an empty one to whoever has none

  let isChosen = false;
  const change = sessionContext.changeKernel.bind(sessionContext);
  sessionContext.changeKernel = (kernel) => {
    isChosen = true;
    return change(kernel);
  };

  const set = model.setMetadata.bind(model);
  const isOwn = (): boolean => isChosen || sessionContext.session?.kernel?.name === kernelspec.name;
  model.setMetadata = (key, value) => {
    const isKept = key === "kernelspec" || (key === "language_info" && language_info);
    if (!isKept || isOwn()) set(key, value);
  };
}

/** Kernel choice: the page's only kernel is started without asking, and a notebook's own kernelspec is preserved. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { INotebookMetadata } from "@jupyterlab/nbformat";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";

/** Notebooks that name no language get the only kernel there is, even if they name another one; with several kernels JupyterLab asks. */
export const useOnlyKernel: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:only-kernel",
  description: "Starts the only kernel for a notebook that names no language.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: ({ serviceManager: { kernelspecs } }: JupyterFrontEnd, notebooks: INotebookTracker) => {
    notebooks.widgetAdded.connect((_, { context: { model, sessionContext } }) => {
      const initialize = sessionContext.initialize.bind(sessionContext);
      // By the time of the call, the notebook is loaded and the kernels are known.
      sessionContext.initialize = () => {
        const { kernelPreference: preference } = sessionContext;
        const [name, ...others] = Object.keys(kernelspecs.specs?.kernelspecs ?? {});
        // JupyterLab only reads `language_info`, which a kernel writes.
        const { language: specified = "" } = (model.getMetadata("kernelspec") ?? {}) as { readonly language?: string };
        const language = preference.language === undefined || preference.language === "" ? specified : preference.language;
        const isOnly = name !== undefined && others.length === 0;
        sessionContext.kernelPreference = { ...preference, language, ...(isOnly && !language ? { name } : {}) };
        return initialize();
      };
    });
  },
};

/** A notebook that was written for another kernel of the same language keeps that kernelspec until its user chooses a kernel. */
export const keepKernelspec: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:kernelspec",
  description: "Preserves the kernelspec of notebooks.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker) => {
    notebooks.widgetAdded.connect((_, panel) => void preserve(panel));
  },
};

/** JupyterLab overwrites a notebook's kernelspec with that of the kernel which it has started. */
async function preserve({ context }: NotebookPanel): Promise<void> {
  await context.ready;
  const { model, sessionContext } = context;
  const { kernelspec, language_info }: Partial<INotebookMetadata> = model.metadata;
  if (!kernelspec?.name) return; // JupyterLab sets an empty one where there was none

  let isChosen = false;
  const change = sessionContext.changeKernel.bind(sessionContext);
  sessionContext.changeKernel = (kernel) => {
    isChosen = true;
    return change(kernel);
  };

  const set = model.setMetadata.bind(model);
  const isOwn = (): boolean => isChosen || sessionContext.session?.kernel?.name === kernelspec.name;
  model.setMetadata = (key, value) => {
    const isPreserved = key === "kernelspec" || (key === "language_info" && language_info);
    if (!isPreserved || isOwn()) set(key, value);
  };
}

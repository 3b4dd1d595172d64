/** A notebook goes on naming its own kernel while another one of its language runs it, until somebody chooses a kernel. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { INotebookMetadata } from "@jupyterlab/nbformat";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";

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

export const kernelspec: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:kernelspec",
  description: "Keeps in a notebook which kernel it was written for.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker) => {
    notebooks.widgetAdded.connect((_, panel) => void keep(panel));
  },
};

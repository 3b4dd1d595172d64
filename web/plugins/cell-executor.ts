/** A cell that is run before its notebook has a kernel waits for it. */
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { ISessionContext } from "@jupyterlab/apputils";
import type { ICodeCellModel } from "@jupyterlab/cells";
import { INotebookCellExecutor, runCell, type INotebookModel } from "@jupyterlab/notebook";

/**
 * JupyterLab shows a notebook, sees to its first checkpoint and then starts its kernel. A cell that is run until then
 * starts a kernel as well, of which one is dropped with what it was asked, or is taken for one that needs none.
 */
export async function startKernel(session: ISessionContext, { defaultKernelName, defaultKernelLanguage }: INotebookModel): Promise<void> {
  // What JupyterLab would set in a moment.
  const named = defaultKernelName ? { name: defaultKernelName } : {};
  session.kernelPreference = { ...session.kernelPreference, ...named, language: defaultKernelLanguage };
  await session.initialize();
}

export const cellExecutor: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: "wasmnb:executor",
  description: "Runs cells, those too that are run before their kernel is there.",
  autoStart: true,
  provides: INotebookCellExecutor,
  activate: () => ({
    runCell: async (options) => {
      const { cell, notebook, sessionContext } = options;
      if (cell.model.type === "code" && sessionContext && !sessionContext.isReady && !sessionContext.isRestarting) {
        // The type was looked at.
        (cell.model as ICodeCellModel).executionState = "running";
        await startKernel(sessionContext, notebook);
      }
      return runCell(options);
    },
  }),
};

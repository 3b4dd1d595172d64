/** Runs cells; a cell that is run before its notebook has a kernel waits for that kernel. */
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { ISessionContext } from "@jupyterlab/apputils";
import type { ICodeCellModel } from "@jupyterlab/cells";
import { INotebookCellExecutor, runCell, type INotebookModel } from "@jupyterlab/notebook";

/**
 * JupyterLab shows a notebook, creates its first checkpoint, and only then starts its kernel. A cell that is run in between would
 * start a second kernel, whose requests may get lost, or would not be run at all.
 */
export async function startKernel(session: ISessionContext, { defaultKernelName, defaultKernelLanguage }: INotebookModel): Promise<void> {
  // JupyterLab would set the same a moment later.
  const named = defaultKernelName ? { name: defaultKernelName } : {};
  session.kernelPreference = { ...session.kernelPreference, ...named, language: defaultKernelLanguage };
  await session.initialize();
}

export const cellExecutor: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: "wasmnb:executor",
  description: "Runs cells, including those that are run before their kernel has started.",
  autoStart: true,
  provides: INotebookCellExecutor,
  activate: () => ({
    runCell: async (options) => {
      const { cell, notebook, sessionContext } = options;
      if (cell.model.type === "code" && sessionContext && !sessionContext.isReady && !sessionContext.isRestarting) {
        // Its type was checked.
        (cell.model as ICodeCellModel).executionState = "running";
        await startKernel(sessionContext, notebook);
      }
      return runCell(options);
    },
  }),
};

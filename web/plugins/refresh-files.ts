/** Refreshes the file browser after code has run: kernels write files. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IConsoleTracker } from "@jupyterlab/console";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { NotebookActions } from "@jupyterlab/notebook";
import { Throttler } from "@lumino/polling";

/** Many cells may end within a second; one refresh covers them. */
const LIMIT = { limit: 1000, edge: "trailing" } as const;

export const refreshFiles: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:files",
  description: "Refreshes the file browser after code has run.",
  autoStart: true,
  requires: [IDefaultFileBrowser],
  optional: [IConsoleTracker],
  activate: (_: JupyterFrontEnd, { model }: IDefaultFileBrowser, consoles: IConsoleTracker | null) => {
    const refresh = new Throttler(() => model.refresh(), LIMIT);
    const update = () => void refresh.invoke();
    NotebookActions.executed.connect(update);
    consoles?.widgetAdded.connect((_, { console }) => console.executed.connect(update));
  },
};

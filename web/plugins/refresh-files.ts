/** The file browser sees what a kernel has written: it looks again when code has run. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IConsoleTracker } from "@jupyterlab/console";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { NotebookActions } from "@jupyterlab/notebook";
import { Throttler } from "@lumino/polling";

/** Running all cells ends many of them in a second; one look at the folder is enough for that. */
const LIMIT = { limit: 1000, edge: "trailing" } as const;

export const refreshFiles: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:files",
  description: "Shows the files that kernels write.",
  autoStart: true,
  requires: [IDefaultFileBrowser],
  optional: [IConsoleTracker],
  activate: (_: JupyterFrontEnd, { model }: IDefaultFileBrowser, consoles: IConsoleTracker | null) => {
    const refresh = new Throttler(() => model.refresh(), LIMIT);
    const look = () => void refresh.invoke();
    NotebookActions.executed.connect(look);
    consoles?.widgetAdded.connect((_, { console }) => console.executed.connect(look));
  },
};

/** How a kernel has started, step by step: an entry in the Kernel menu that opens a small chart. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, ICommandPalette, type ISessionContext, showDialog } from "@jupyterlab/apputils";
import { IConsoleTracker } from "@jupyterlab/console";
import { INotebookTracker } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { type Step, stepsOf } from "../../kernels/pyodide/timeline";
import { chart } from "./chart";
import type { PageServer } from "../server";
import { IPageServer } from "../app/services";
import "../style/timeline.css";

const COMMAND = "wasmnb:timeline";

function body(steps: readonly Step[]): Widget {
  const node = chart(steps);
  const widget = new Widget({ node });
  widget.addClass("wasmnb-Timeline");
  return widget;
}

const show = (steps: readonly Step[]): Promise<unknown> =>
  showDialog({ title: "How the Kernel Started", body: body(steps), buttons: [Dialog.okButton({ label: "Close" })] });

export const timeline: JupyterFrontEndPlugin<void> = {
  id: COMMAND,
  description: "Shows how a kernel has started.",
  autoStart: true,
  requires: [IPageServer],
  optional: [INotebookTracker, IConsoleTracker, ICommandPalette],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    { kernels }: PageServer,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    palette: ICommandPalette | null,
  ) => {
    /** The kernel of the document in front, if it runs in this page. */
    const kernel = (): string | undefined => {
      const panels: ({ readonly sessionContext: ISessionContext } | null | undefined)[] = [notebooks?.currentWidget, consoles?.currentWidget];
      const front = panels.find((panel) => panel === shell.currentWidget) ?? panels.find(Boolean);
      const id = front?.sessionContext.session?.kernel?.id;
      return id !== undefined && kernels.has(id) ? id : undefined;
    };
    commands.addCommand(COMMAND, {
      label: "Show How the Kernel Started",
      isEnabled: () => kernel() !== undefined,
      execute: () => show(stepsOf(kernel() ?? "")),
    });
    palette?.addItem({ command: COMMAND, category: "Kernel Operations" });
  },
};

/** Comparison of kernels: a panel in the View menu, and a headless command for `wasmnb compare`. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, MainAreaWidget } from "@jupyterlab/apputils";
import type { INotebookContent } from "@jupyterlab/nbformat";
import { INotebookTracker } from "@jupyterlab/notebook";
import { compare, runnable } from "./run";
import type { Plan, Step } from "./measure";
import { Panel, type Services } from "./panel";
import { type Comparison, differing, pageOf, report } from "./report";
import "../style/compare.css";

const PANEL = "wasmnb:compare";
const COMMAND = "wasmnb:compare-notebooks";

/** Arguments of the headless command. It reports progress by window events of the command's name. */
interface CompareArguments {
  readonly paths: readonly string[];
  readonly kernels: Plan["kernels"];
  readonly rounds: number;
  /** A description of the machine. */
  readonly machine: string;
}

interface CompareResult {
  readonly comparisons: readonly Comparison[];
  /** For each notebook, the numbers of the cells whose outputs differ and should not. */
  readonly different: readonly (readonly number[])[];
  readonly page: string;
}

export const comparison: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:compare",
  description: "Compares kernels by running a notebook on each.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, palette: ICommandPalette | null) => {
    app.commands.addCommand(PANEL, {
      label: "Compare Kernels",
      execute: () => {
        const widget = new MainAreaWidget({ content: new Panel(services(app, tracker)) });
        Object.assign(widget.title, { label: "Compare Kernels", closable: true });
        widget.toolbar.hide();
        app.shell.add(widget, "main", { mode: "split-bottom" });
      },
    });
    palette?.addItem({ command: PANEL, category: "View" });
    app.commands.addCommand(COMMAND, {
      describedBy: { args: { type: "object", required: ["paths", "kernels", "rounds", "machine"] } },
      execute: (args) => compareFiles(app, args as unknown as CompareArguments),
    });
  },
};

const services = ({ serviceManager }: JupyterFrontEnd, tracker: INotebookTracker): Services => ({
  kernels: () => Object.entries(serviceManager.kernelspecs.specs?.kernelspecs ?? {}).map(([name, spec]) => [name, spec?.display_name ?? name]),
  compare: async ({ times, ...options }, onStep, signal) => {
    const { context, content } = tracker.currentWidget ?? {};
    if (!context?.model || !content) throw new Error("No notebook is open. Open one, then compare.");
    const notebook = runnable(context.path, context.model.toJSON() as unknown as INotebookContent);
    const selected = content.widgets.slice(0, content.activeCellIndex).filter(({ model }) => model.type === "code").length;
    if (times !== null && content.activeCell?.model.type !== "code") throw new Error("The selected cell is not a code cell. Select a code cell, then compare.");
    return compare(serviceManager, notebook, { ...options, repeat: times === null ? null : { cell: selected, times } }, onStep, signal);
  },
});

async function compareFiles({ serviceManager }: JupyterFrontEnd, { paths, kernels, rounds, machine }: CompareArguments): Promise<CompareResult> {
  const comparisons: Comparison[] = [];
  const never = new AbortController().signal;
  for (const [n, path] of paths.entries()) {
    const content = (await serviceManager.contents.get(path)).content as INotebookContent;
    const onStep = ({ done, total, what }: Step): void => {
      const detail = { done: n + done / total, total: paths.length, what: `${path}, ${what}` };
      window.dispatchEvent(new CustomEvent(COMMAND, { detail }));
    };
    comparisons.push({ ...(await compare(serviceManager, runnable(path, content), { kernels, rounds, repeat: null }, onStep, never)), machine });
  }
  const reports = [];
  for (const comparison of comparisons) reports.push({ comparison, view: await report(comparison) });
  return { comparisons, different: comparisons.map((one) => differing(one).map(({ number }) => number)), page: pageOf("Kernels compared by wasmnb", reports) };
}

/** The protocol inspector: a command in the View menu opens the panel, and enables the interceptor. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, MainAreaWidget } from "@jupyterlab/apputils";
import type { KernelMessage } from "@jupyterlab/services";
import { searchIcon } from "@jupyterlab/ui-components";
import { config } from "../utils/pageconfig";
import { IInterceptor } from "./token";
import type { Message } from "./entry";
import { Inspector } from "./panel";
import type { Interceptor } from "./interceptor";
import "../style/inspector.css";

const COMMAND = "wasmnb:inspector";

export const inspector: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:inspector",
  description: "Shows every request and kernel message, live.",
  autoStart: true,
  requires: [IInterceptor],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, interceptor: Interceptor, palette: ICommandPalette | null) => {
    let open: MainAreaWidget<Inspector> | null = null;
    app.commands.addCommand(COMMAND, {
      label: "Protocol Inspector",
      icon: searchIcon,
      execute: () => {
        if (!open) app.shell.add((open = openPanel(app, interceptor)), "main", { mode: "split-bottom" });
        open.disposed.connect(() => { open = null; });
        app.shell.activateById(open.id);
      },
    });
    palette?.addItem({ command: COMMAND, category: "View" });
  },
};

function openPanel(app: JupyterFrontEnd, interceptor: Interceptor): MainAreaWidget<Inspector> {
  const { kernels, kernelspecs } = app.serviceManager;
  const content = new Inspector(interceptor.log, {
    version: config().version,
    nameOf: (id) => {
      const name = [...kernels.running()].find((model) => model.id === id)?.name ?? "";
      return `${kernelspecs.specs?.kernelspecs[name]?.display_name ?? "shut down"} (${id.slice(0, 8)})`;
    },
    replay: (message) => replay(app, message),
  });
  const widget = new MainAreaWidget({ content });
  widget.toolbar.hide();
  Object.assign(widget.title, { label: "Protocol Inspector", icon: searchIcon, closable: true });
  widget.id = "wasmnb-inspector";
  interceptor.enable();
  widget.disposed.connect(() => { interceptor.disable(); });
  return widget;
}

/** Runs the code of a request again, for a new client. */
async function replay({ serviceManager: { kernels } }: JupyterFrontEnd, { kernel: id, opened }: Message): Promise<void> {
  const model = [...kernels.running()].find((model) => model.id === id);
  if (!model) throw new Error("The kernel of this request has shut down. Run the cell instead.");
  const connection = kernels.connectTo({ model });
  try {
    // The button is shown for execute requests alone.
    await connection.requestExecute(opened.content as KernelMessage.IExecuteRequestMsg["content"]).done;
  } finally {
    connection.dispose();
  }
}

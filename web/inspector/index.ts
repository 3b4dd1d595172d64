/** The protocol inspector: an entry in the View menu that opens the panel, and with it the taps. */
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
  description: "Shows every request and message, live.",
  autoStart: true,
  requires: [IInterceptor],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, taps: Interceptor, palette: ICommandPalette | null) => {
    let open: MainAreaWidget<Inspector> | null = null;
    app.commands.addCommand(COMMAND, {
      label: "Protocol Inspector",
      icon: searchIcon,
      execute: () => {
        if (!open) app.shell.add((open = shown(app, taps)), "main", { mode: "split-bottom" });
        open.disposed.connect(() => { open = null; });
        app.shell.activateById(open.id);
      },
    });
    palette?.addItem({ command: COMMAND, category: "View" });
  },
};

function shown(app: JupyterFrontEnd, taps: Interceptor): MainAreaWidget<Inspector> {
  const { kernels, kernelspecs } = app.serviceManager;
  const content = new Inspector(taps.log, {
    version: config().version,
    nameOf: (id) => {
      const name = [...kernels.running()].find((model) => model.id === id)?.name ?? "";
      return `${kernelspecs.specs?.kernelspecs[name]?.display_name ?? "ended"} (${id.slice(0, 8)})`;
    },
    replay: (message) => replay(app, message),
  });
  const widget = new MainAreaWidget({ content });
  widget.toolbar.hide();
  Object.assign(widget.title, { label: "Protocol Inspector", icon: searchIcon, closable: true });
  widget.id = "wasmnb-inspector";
  taps.enable();
  widget.disposed.connect(() => { taps.disable(); });
  return widget;
}

/** Runs the code of a request once more, for a client of its own. */
async function replay({ serviceManager: { kernels } }: JupyterFrontEnd, { kernel: id, opened }: Message): Promise<void> {
  const model = [...kernels.running()].find((model) => model.id === id);
  if (!model) throw new Error("The kernel that this was sent to has ended. Run its cell instead.");
  const connection = kernels.connectTo({ model });
  try {
    // It was a request to execute.
    await connection.requestExecute(opened.content as KernelMessage.IExecuteRequestMsg["content"]).done;
  } finally {
    connection.dispose();
  }
}

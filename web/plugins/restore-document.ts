/** A document in the page's address opens at once, where JupyterLab waits for its workspace to be saved. */
import { LabShell, type JupyterFrontEnd } from "@jupyterlab/application";
import apputils from "@jupyterlab/apputils-extension";
import launcher from "@jupyterlab/launcher-extension";
import type { CommandRegistry } from "@lumino/commands";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { only, plugins, type Extension, type Plugin } from "../utils/extensions";

const LOAD = "apputils:load-statedb";
type Execute = (args: ReadonlyPartialJSONObject) => unknown;

/**
 * JupyterLab looks at the address only when it has saved the workspace which it has just loaded, and it saves when
 * nothing has changed for half a second. Here it looks when the workspace is restored.
 */
function withoutSaving(app: JupyterFrontEnd): Pick<CommandRegistry, "addCommand"> {
  const address = new URLSearchParams(window.location.search);
  // A workspace that is copied or emptied has to be saved before the address can become its own.
  const hasToSave = address.has("clone") || address.has("reset");
  const restore = (load: Execute): Execute => (args) => {
    void load(args);
    return app.restored;
  };
  return {
    addCommand: (id, options) =>
      app.commands.addCommand(id, id === LOAD && !hasToSave ? { ...options, execute: restore(options.execute) } : options),
  };
}

/** When something is open: a launcher may open by itself from then on, not while the first document is on its way. */
function filled({ shell }: JupyterFrontEnd): Promise<void> {
  return new Promise((resolve) => {
    if (!(shell instanceof LabShell)) return;
    const look = () => {
      if (shell.isEmpty("main")) return;
      shell.layoutModified.disconnect(look);
      resolve();
    };
    shell.layoutModified.connect(look);
  });
}

/** An extension whose plugins see the application with something about it changed. */
const seeing = (extension: Extension, change: (app: JupyterFrontEnd) => Partial<JupyterFrontEnd>): Extension =>
  plugins(extension).map((plugin): Plugin => ({
    ...plugin,
    activate: (app: JupyterFrontEnd, ...services: unknown[]) =>
      plugin.activate(Object.create(app, Object.getOwnPropertyDescriptors(change(app))), ...services),
  }));

export const restoreDocument: readonly Extension[] = [
  // The plugin does nothing with its commands but to add some.
  seeing(only(apputils, "state"), (app) => ({ commands: withoutSaving(app) as CommandRegistry })),
  seeing(launcher, (app) => ({ restored: filled(app) })),
];

/** Opens the document in the page's URL at once; JupyterLab would first wait until its workspace is saved. */
import { LabShell, type JupyterFrontEnd } from "@jupyterlab/application";
import apputils from "@jupyterlab/apputils-extension";
import launcher from "@jupyterlab/launcher-extension";
import type { CommandRegistry } from "@lumino/commands";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { only, plugins, type Extension, type Plugin } from "../utils/extensions";

const LOAD = "apputils:load-statedb";
type Execute = (args: ReadonlyPartialJSONObject) => unknown;

/**
 * JupyterLab reads the URL only after it has saved the workspace that it has just loaded, which is debounced by half a second. Here
 * it reads the URL as soon as the workspace is restored.
 */
function withoutSaving(app: JupyterFrontEnd): Pick<CommandRegistry, "addCommand"> {
  const address = new URLSearchParams(window.location.search);
  // A workspace that is cloned or reset must be saved before the URL can change.
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

/** Settles when the main area has a widget: until then, the launcher must not open by itself. */
function filled({ shell }: JupyterFrontEnd): Promise<void> {
  return new Promise((resolve) => {
    if (!(shell instanceof LabShell)) return;
    const check = () => {
      if (shell.isEmpty("main")) return;
      shell.layoutModified.disconnect(check);
      resolve();
    };
    shell.layoutModified.connect(check);
  });
}

/** An extension whose plugins are activated with a modified application. */
const withApp = (extension: Extension, change: (app: JupyterFrontEnd) => Partial<JupyterFrontEnd>): Extension =>
  plugins(extension).map((plugin): Plugin => ({
    ...plugin,
    activate: (app: JupyterFrontEnd, ...services: unknown[]) =>
      plugin.activate(Object.create(app, Object.getOwnPropertyDescriptors(change(app))), ...services),
  }));

export const restoreDocument: readonly Extension[] = [
  // The plugin only adds commands.
  withApp(only(apputils, "state"), (app) => ({ commands: withoutSaving(app) as CommandRegistry })),
  withApp(launcher, (app) => ({ restored: filled(app) })),
];

/** Which workspace a browser tab shows, found and loaded without the waiting that JupyterLab does for a server. */
import { IRouter, JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IWindowResolver } from "@jupyterlab/apputils";
import apputils from "@jupyterlab/apputils-extension";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import type { CommandRegistry } from "@lumino/commands";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { only, plugins, type Plugin } from "./extension";

/** A tab that was reloaded may have to wait for the one that it was. */
const PATIENCE = 500;

/**
 * Two tabs may not show one workspace, or they would overwrite each other's. JupyterLab asks around among tabs and
 * waits up to half a second for an answer; a lock answers at once. https://developer.mozilla.org/docs/Web/API/Web_Locks_API
 */
function claim(workspace: string): Promise<boolean> {
  // Browsers have locks on secure pages only. Elsewhere tabs share their workspace.
  if (!("locks" in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const keep = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    const options = { signal: AbortSignal.timeout(PATIENCE) };
    navigator.locks.request(`wasmnb:workspace:${workspace}`, options, keep).catch(() => { resolve(false); });
  });
}

const windowResolver: JupyterFrontEndPlugin<IWindowResolver> = {
  id: "wasmnb:window",
  description: "Provides the name of the workspace that this tab shows.",
  autoStart: true,
  provides: IWindowResolver,
  requires: [JupyterFrontEnd.IPaths, IRouter],
  activate: async (_: JupyterFrontEnd, paths: JupyterFrontEnd.IPaths, router: IRouter) => {
    const name = PageConfig.getOption("workspace") || PageConfig.defaultWorkspace;
    if (await claim(name)) return { name };
    const other = URLExt.join(paths.urls.base, "lab/workspaces", `auto-${crypto.randomUUID().slice(0, 4)}`);
    const treePath = PageConfig.getOption("treePath");
    const url = treePath ? URLExt.join(other, "tree", URLExt.encodeParts(treePath)) : other;
    router.navigate(`${url}?reset=1`, { hard: true });
    // The page is about to go; what needs the name waits for ever.
    return new Promise<never>(() => undefined);
  },
};

const LOAD = "apputils:load-statedb";

/** JupyterLab opens a launcher when its layout, of which it tells once a frame, is found empty with a document on its way. */
const settled = async (): Promise<void> => {
  for (let frames = 0; frames < 2 && !document.hidden; frames++) await new Promise(requestAnimationFrame);
};

type Execute = (args: ReadonlyPartialJSONObject) => unknown;

/**
 * JupyterLab opens the document in a page's address only when it has saved the workspace which it has just loaded, and
 * it saves when nothing has changed for half a second. Here the document waits for the workspace to be restored.
 */
function withoutSaving(app: JupyterFrontEnd): Pick<CommandRegistry, "addCommand"> {
  const restore = (load: Execute): Execute => (args) => {
    const loaded: unknown = load(args);
    // A copy of a workspace has to be saved before the address can become its own.
    const clones = new URLSearchParams(window.location.search).has("clone");
    return clones ? loaded : app.restored.then(settled);
  };
  return {
    addCommand: (id, options) =>
      app.commands.addCommand(id, id === LOAD ? { ...options, execute: restore(options.execute) } : options),
  };
}

const state = plugins(only(apputils, "state")).map((plugin): Plugin => ({
  ...plugin,
  activate: (app: JupyterFrontEnd, ...services: unknown[]) =>
    plugin.activate(Object.create(app, { commands: { value: withoutSaving(app) } }), ...services),
}));

export const workspace = [windowResolver, ...state];

/** Starts an application: registers its plugins, resolves the services, activates the plugins in batches. */
import "../utils/storage-fallback";

import type { JupyterFrontEnd } from "@jupyterlab/application";
import { JupyterPluginRegistry, PageConfig } from "@jupyterlab/coreutils";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { IConnectionStatus, IServiceManager, type ServiceManager } from "@jupyterlab/services";
import { config } from "../utils/pageconfig";
import { enabled, type Extension, type Plugin } from "../utils/extensions";
import { isolate } from "../site/offline/cross-origin-isolation";
import { setLocations } from "../site/page-location";

/** The options that JupyterLab and Jupyter Notebook have in common. */
export interface Options {
  readonly pluginRegistry: JupyterPluginRegistry;
  readonly serviceManager: ServiceManager.IManager;
  readonly connectionStatus: IConnectionStatus;
  readonly mimeExtensions: IRenderMime.IExtensionModule[];
}

export interface View {
  /** Creates the application with its shell. */
  readonly app: (options: Options) => JupyterFrontEnd;
  readonly extensions: readonly Extension[];
  readonly renderers: IRenderMime.IExtensionModule[];
}

declare global {
  interface Window {
    /** The application under JupyterLab's own name, where the server's configuration exposes it. */
    jupyterapp?: JupyterFrontEnd;
  }
}

const BATCH = 16;

/** Activates plugins in batches, yielding to the event loop so that the page stays responsive; `app.start` waits for all of them. */
async function activate(registry: JupyterPluginRegistry, plugins: readonly Plugin[]): Promise<void> {
  const ids = plugins.filter(({ autoStart }) => autoStart === true).map(({ id }) => id);
  for (let at = 0; at < ids.length; at += BATCH) {
    for (const id of ids.slice(at, at + BATCH)) registry.activatePlugin(id).catch(() => undefined); // `app.start` reports failures
    await new Promise((resolve) => { setTimeout(resolve); });
  }
}

async function create({ app: make, extensions, renderers }: View): Promise<JupyterFrontEnd> {
  if (config().site) {
    setLocations();
    if (!config().site?.singleFile) await isolate(PageConfig.getBaseUrl());
  }
  const pluginRegistry = new JupyterPluginRegistry();
  const plugins = enabled(extensions);
  pluginRegistry.registerPlugins(plugins);
  const serviceManager = await pluginRegistry.resolveRequiredService(IServiceManager);
  const connectionStatus = await pluginRegistry.resolveRequiredService(IConnectionStatus);
  const app = make({ pluginRegistry, serviceManager, connectionStatus, mimeExtensions: renderers });
  if (PageConfig.getOption("exposeAppInBrowser") === "true") window.jupyterapp = app;
  await activate(pluginRegistry, plugins);
  await app.start({ bubblingKeydown: true });
  return app;
}

/** Starts a view. Without an application, the page itself shows the error. */
export function start(view: View): Promise<JupyterFrontEnd> {
  return create(view).catch((reason: unknown) => {
    const notice = document.createElement("p");
    notice.setAttribute("role", "alert");
    notice.textContent = `JupyterLab could not be started: ${String(reason)}. Reload the page to try again.`;
    document.body.append(notice);
    throw reason;
  });
}

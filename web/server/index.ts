/** The Jupyter server inside the page: the two doors by which JupyterLab reaches it, and the kernels behind them. */

import type { KernelProvider } from "../../kernels/port";
import { Beside } from "./gateway";
import { Configuration } from "./config-sections";
import { Contents, type Files } from "./contents";
import { identityRoutes, specRoutes, stubRoutes } from "./fixed-routes";
import { Kernels } from "./kernels";
import { answering, type Route } from "./routes";
import { Sessions } from "./sessions";
import { Settings } from "./settings";
import { connecting } from "./websocket";
import type { Store } from "./store";
import { Workspaces } from "./workspaces";

export type { Beside } from "./gateway";
export type { Files } from "./contents";
export { type News, PageKernel } from "./kernel";
export { histories } from "./history";
export { Kernels } from "./kernels";
export { serializer } from "./serializer";
export { mapStore, type Store, storageStore } from "./store";

export interface PageServerOptions {
  /** Where JupyterLab believes its server to be. */
  readonly baseUrl: string;
  /** The kinds of kernel that this page can start; the first is the default. */
  readonly providers: readonly KernelProvider[];
  /** Where settings and workspaces are kept. */
  readonly store: Store;
  /** Where the settings' schemas are: a JSON file with a list of `{id, schema, version}`. */
  readonly schemasUrl: string;
  /** Whether JupyterLab is dark for who has chosen no theme. */
  readonly isDark?: boolean;
  /** The files of a site; null where a server has the files. */
  readonly files?: Files | null;
  /** What is asked for all that the page does not have itself. */
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  /** What a Jupyter Server is called whose kernels are asked for in the same way; null if there is none. */
  readonly beside?: string | null;
}

/** The two doors, as `ServerConnection.ISettings` takes them, and the kernels. */
export interface PageServer {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  readonly kernels: Kernels;
  readonly beside: Beside | null;
}

export function pageServer(options: PageServerOptions): PageServer {
  const { baseUrl, providers: providers, store, schemasUrl, files = null } = options;
  const kernels = new Kernels(providers);
  const sessions = new Sessions(kernels);
  const routes: readonly Route[] = [
    ...kernels.routes,
    ...sessions.routes,
    ...specRoutes(providers),
    ...new Settings(store, () => options.fetch(schemasUrl), options.isDark).routes,
    ...new Workspaces(store).routes,
    ...new Configuration(store).routes,
    ...(files ? [...new Contents(files).routes, ...identityRoutes] : []),
    ...stubRoutes,
  ];
  const here = answering(routes, baseUrl, options.fetch);
  const beside = options.beside ? new Beside({ name: options.beside, kernels, sessions, here, there: options.fetch, baseUrl }) : null;
  return {
    fetch: beside ? answering(beside.routes, baseUrl, here) : here,
    WebSocket: connecting(kernels, baseUrl, options.WebSocket),
    kernels,
    beside,
  };
}

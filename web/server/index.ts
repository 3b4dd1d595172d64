/**
 * The Jupyter server inside the page, with its two transports, `fetch` and `WebSocket`.
 *
 * JupyterLab's own client runs unchanged: it is handed these transports as `ServerConnection.ISettings` and believes that its server is at
 * `baseUrl`. A request goes:
 *
 *     JupyterLab → interceptor (inspector) → gateway's routes, if there is an upstream → the page's routes → the real `fetch`
 *
 * The first route whose method and path match answers (routes.ts). What matches none goes to the real server unchanged: the files, where
 * `wasmnb serve` sent the page. A kernel's WebSocket is an in-memory one (pipe-socket.ts) if the kernel runs in this page.
 *
 * The endpoints are those of Jupyter Server and JupyterLab Server; https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html
 */

import type { KernelProvider } from "../../kernels/port";
import { Gateway } from "./gateway";
import { ConfigSections } from "./config-sections";
import { Contents, type OverlayFiles } from "./contents";
import { identityRoutes, specRoutes, stubRoutes } from "./fixed-routes";
import { Kernels } from "./kernels";
import { routedFetch, type Route } from "./routes";
import { Sessions } from "./sessions";
import { Settings } from "./settings";
import { routedWebSocket } from "./websocket";
import type { Store } from "./store";
import { Workspaces } from "./workspaces";

export type { Gateway as Beside } from "./gateway";
export type { OverlayFiles as Files } from "./contents";
export { type KernelEvent as News, PageKernel } from "./kernel";
export { histories } from "./history";
export { Kernels } from "./kernels";
export { serializer } from "./serializer";
export { mapStore, type Store, storageStore } from "./store";

export interface PageServerOptions {
  /** The address at which JupyterLab expects its server. */
  readonly baseUrl: string;
  /** The kinds of kernel that this page can start; the first is the default. */
  readonly providers: readonly KernelProvider[];
  /** Stores settings and workspaces. */
  readonly store: Store;
  /** A JSON file with the settings' schemas: a list of `{id, schema, version}`. */
  readonly schemasUrl: string;
  /** Whether the default theme is the dark one. */
  readonly isDark?: boolean;
  /** The files of a site; null if a server has the files. */
  readonly files?: OverlayFiles | null;
  /** The real transports, for all that the page does not answer itself. */
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  /** The name of the upstream Jupyter Server, whose kernels are listed with the page's own; null if there is none. */
  readonly gatewayName?: string | null;
}

/** The two transports, as `ServerConnection.ISettings` takes them, and the kernels. */
export interface PageServer {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  readonly kernels: Kernels;
  readonly gateway: Gateway | null;
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
    ...new ConfigSections(store).routes,
    ...(files ? [...new Contents(files).routes, ...identityRoutes] : []),
    ...stubRoutes,
  ];
  const localFetch = routedFetch(routes, baseUrl, options.fetch);
  const { gatewayName: name, fetch: upstreamFetch } = options;
  const gateway = name ? new Gateway({ name, kernels, sessions, localFetch, upstreamFetch, baseUrl }) : null;
  return {
    fetch: gateway ? routedFetch(gateway.routes, baseUrl, localFetch) : localFetch,
    WebSocket: routedWebSocket(kernels, baseUrl, options.WebSocket),
    kernels,
    gateway,
  };
}

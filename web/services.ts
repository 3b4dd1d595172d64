/** The way from JupyterLab's managers to their server, which is in this page for all but the files. */
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { IServerSettings, ServerConnection, type ServiceManagerPlugin } from "@jupyterlab/services";
import { Token } from "@lumino/coreutils";
import { keyedFetch } from "./key";
import { kinds } from "./kinds";
import { pageServer, serializer, storageStore, type PageServer } from "./server";

export const IPageServer = new Token<PageServer>("wasmnb:IPageServer", "The Jupyter server inside the page.");

const inside: ServiceManagerPlugin<PageServer> = {
  id: "wasmnb:server",
  description: "Provides the Jupyter server inside the page.",
  autoStart: true,
  provides: IPageServer,
  activate: () => {
    const baseUrl = PageConfig.getBaseUrl();
    return pageServer({
      baseUrl,
      kinds: kinds(),
      store: storageStore(window.localStorage, `wasmnb:${baseUrl}:`),
      schemasUrl: URLExt.join(PageConfig.getOption("fullStaticUrl"), SCHEMAS),
      fetch: keyedFetch,
      WebSocket,
    });
  },
};

const doors: ServiceManagerPlugin<ServerConnection.ISettings> = {
  id: "wasmnb:server-settings",
  description: "Leads JupyterLab's managers to the server inside the page.",
  autoStart: true,
  provides: IServerSettings,
  requires: [IPageServer],
  activate: (_: null, { fetch, WebSocket }: PageServer) => ServerConnection.makeSettings({ fetch, WebSocket, serializer }),
};

export const server = [inside, doors];
